package orcaflow.schemas.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.AnswerParser.Clause;
import orcaflow.schemas.answer.AnswerPlaces.Place;
import orcaflow.schemas.answer.AnswerValue.Formula;
import orcaflow.schemas.answer.FinalAnswer.How;

/**
 * "The answer is 18", "Answer: 18", a line {@code A: 18}, {@code "answer": "18"}. The words count
 * only as a statement: not in a condition, an opinion of others, or about wrong answers.
 */
final class StatedAnswers {

  private static final int MOST_MARKS = 8;
  private static final int LONGEST_GAP = 60;
  private static final int LONGEST_BEFORE = 200;

  private static final Pattern LINK =
      Pattern.compile("(?i)(?<!\\p{L})(?:is|are|be|equals)(?!\\p{L})");
  private static final Pattern A_LINE = Pattern.compile("(?m)^[ >*]{0,8}+[aA][*]{0,2} ?:");
  private static final Pattern B_LINE = Pattern.compile("[ >*(]{0,8}+[bB][*]{0,2} ?[:).].*+");
  private static final Pattern NO_STATEMENT =
      Pattern.compile(
          "(?i)\\b(?:if|suppose|assume|assuming|unless|whether|might|may|could|some|others?|someone"
              + "|one may|wrong|incorrect|number of|each|every|per|first guess|not)\\b");
  private static final Pattern TO = Pattern.compile("(?i)(?<!\\p{L})to $");
  private static final Pattern QUESTION = Pattern.compile("(?i) questions?(?!\\p{L})");
  private static final Pattern METHOD =
      Pattern.compile(
          "(?i)\\s*+(?:obtained|found|calculated|computed|given|worth|reached|derived|determined"
              + "|got|the sum of|the product of|the difference)\\b.*+");

  private final String text;
  private final String lower;

  StatedAnswers(String text) {
    this.text = text;
    this.lower = text.toLowerCase(Locale.ROOT);
  }

  /**
   * A statement.
   *
   * @param end behind the colon, the equals sign or the verb
   * @param verb whether it is a verb
   */
  private record Mark(int start, int end, boolean verb) {}

  /** Empty if nothing is stated. */
  Optional<Place> find() {
    List<Mark> marks = marks();
    boolean empty = false;
    int limit = text.length();
    for (int i = marks.size() - 1; i >= Math.max(0, marks.size() - MOST_MARKS); i--) {
      Mark mark = marks.get(i);
      String rest = text.substring(mark.end(), limit);
      if (!Clauses.saysSomething(rest)) {
        empty = true;
      } else {
        Optional<Place> place = isJson(mark) ? json(mark) : behind(mark, limit);
        if (place.isPresent()) {
          return place;
        }
      }
      limit = mark.start();
    }
    return empty ? Optional.of(new Place(new Reading.None(), text.length())) : Optional.empty();
  }

  private List<Mark> marks() {
    List<Mark> marks = new ArrayList<>();
    for (int at = lower.indexOf("answer"); at >= 0; at = lower.indexOf("answer", at + 6)) {
      mark(at).ifPresent(marks::add);
    }
    if (lower.indexOf("a:") >= 0 || lower.indexOf("a :") >= 0 || lower.indexOf("a*") >= 0) {
      Matcher line = A_LINE.matcher(text);
      while (line.find()) {
        if (!isOption(line.end())) {
          marks.add(new Mark(line.start(), line.end(), false));
        }
      }
      marks.sort((one, other) -> Integer.compare(one.start(), other.start()));
    }
    return marks;
  }

  /** {@code A: 12} with {@code B: 18} below it. */
  private boolean isOption(int end) {
    int next = Math.min(text.length(), Clauses.lineEnd(text, end) + 1);
    return B_LINE.matcher(text.substring(next, Clauses.lineEnd(text, next))).matches();
  }

  private Optional<Mark> mark(int at) {
    int end = at + "answer".length();
    boolean plural = end < lower.length() && lower.charAt(end) == 's';
    end += plural ? 1 : 0;
    boolean word =
        (at == 0 || !Character.isLetter(lower.charAt(at - 1)))
            && (end >= lower.length() || !Character.isLetterOrDigit(lower.charAt(end)));
    if (!word || isNoNoun(at, end)) {
      return Optional.empty();
    }
    int limit = Math.min(text.length(), end + LONGEST_GAP);
    int stop = end;
    while (stop < limit && ".\n:=#".indexOf(text.charAt(stop)) < 0) {
      stop++;
    }
    Matcher link = LINK.matcher(text).region(end, stop).useTransparentBounds(true);
    boolean verb = link.find();
    boolean sign = !verb && stop < limit && ":=".indexOf(text.charAt(stop)) >= 0;
    if (!verb && !sign) {
      return Optional.empty();
    }
    int behind = verb ? link.end() : stop + 1;
    boolean denied = text.substring(end, behind).toLowerCase(Locale.ROOT).contains("cannot");
    String near = text.substring(Math.max(0, at - LONGEST_BEFORE), at);
    String before = near.substring(Clauses.sentenceStart(near, near.length()));
    boolean statement =
        !NO_STATEMENT.matcher(before).find() && !(plural && verb && isBlank(before));
    return statement || denied
        ? Optional.of(new Mark(at, denied ? end : behind, verb))
        : Optional.empty();
  }

  /** {@code It takes .75 minutes to answer a question}, {@code five short answer questions}. */
  private boolean isNoNoun(int start, int end) {
    boolean verb = TO.matcher(text).region(Math.max(0, start - 4), start).find();
    return (verb && end < text.length() && ":=".indexOf(text.charAt(end)) < 0)
        || QUESTION.matcher(text).region(end, text.length()).lookingAt();
  }

  /** {@code Correct answers are worth 10 points}. */
  private static boolean isBlank(String before) {
    return !Set.of("the", "final", "our", "my", "both", "two", "and")
        .contains(before.strip().toLowerCase(Locale.ROOT).replaceAll(".* ", ""));
  }

  private Optional<Place> behind(Mark mark, int limit) {
    int lineEnd = Math.min(limit, Clauses.lineEnd(text, mark.end()));
    String line = text.substring(mark.end(), lineEnd);
    if (line.startsWith(" not ") || !Clauses.saysSomething(line)) {
      return Clauses.saysSomething(line)
          ? FinalAnswer.read(line, How.STATED).map(reading -> new Place(reading, lineEnd))
          : nextLine(mark, limit);
    }
    if (METHOD.matcher(line).matches()) {
      return Optional.empty();
    }
    int end = mark.end() + Clauses.cut(line).length();
    Optional<Clause> clause = AnswerParser.read(AnswerParser.unwrapped(Clauses.cut(line)));
    boolean formula = clause.isPresent() && clause.get().value() instanceof Formula;
    boolean alone = formula && !clause.get().led();
    if (clause.isPresent() && !mark.verb() && !alone && clause.get().isProse()) {
      return working(mark, limit);
    }
    return FinalAnswer.read(calm(Clauses.cut(line)), How.STATED)
        .map(reading -> new Place(reading, end));
  }

  /** Behind a statement an exclamation mark is none of mathematics. */
  private static String calm(String clause) {
    int end = clause.length();
    while (end > 0 && "! ".indexOf(clause.charAt(end - 1)) >= 0) {
      end--;
    }
    return clause.substring(0, end);
  }

  private Optional<Place> nextLine(Mark mark, int limit) {
    int start = Clauses.nextLine(text, mark.end());
    if (start >= limit) {
      return Optional.empty();
    }
    int end = Math.min(limit, Clauses.lineEnd(text, start));
    String line = bulletOff(text.substring(start, end).strip());
    String clause = Clauses.cut(line);
    Optional<Clause> read = AnswerParser.read(AnswerParser.unwrapped(clause));
    boolean more =
        Clauses.saysSomething(line.substring(clause.length()))
            || Clauses.saysSomething(text.substring(end, limit));
    return read.isPresent() && read.get().isProse() && (more || mark.verb())
        ? working(mark, limit)
        : FinalAnswer.read(calm(clause), How.STATED).map(reading -> new Place(reading, end));
  }

  private static String bulletOff(String line) {
    return line.startsWith("- ") || line.startsWith("* ") || line.startsWith("• ")
        ? line.substring(2)
        : line;
  }

  /** Sentences behind "Answer:" are a worked solution, which ends in its answer. */
  private Optional<Place> working(Mark mark, int limit) {
    String rest = text.substring(mark.end(), limit);
    if (!AnswerParser.hasDigit(rest)) {
      int end = mark.end() + Clauses.sentenceEnd(rest, 0);
      return FinalAnswer.read(rest.strip().split("\n", 2)[0], How.STATED)
          .map(reading -> new Place(reading, end));
    }
    Reading last = new LastSentence(rest).read();
    if (last instanceof Reading.Found found) {
      return Optional.of(new Place(found.stated(), text.length()));
    }
    return Optional.of(
        last instanceof Reading.Open
            ? new Place(last, text.length())
            : new Place(new Reading.Open(Reason.NOT_PLAIN), limit));
  }

  private boolean isJson(Mark mark) {
    return mark.start() > 0
        && text.charAt(mark.start() - 1) == '"'
        && text.substring(mark.start(), mark.end()).contains("\"");
  }

  private Optional<Place> json(Mark mark) {
    int from = mark.end();
    while (from < text.length() && " \n".indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    boolean quoted = text.startsWith("\"", from);
    int end = from + (quoted ? 1 : 0);
    while (end < text.length() && (quoted ? "\"" : ",}\n").indexOf(text.charAt(end)) < 0) {
      end++;
    }
    int last = end;
    return FinalAnswer.read(text.substring(from, end), How.STATED)
        .map(reading -> new Place(reading, last));
  }
}
