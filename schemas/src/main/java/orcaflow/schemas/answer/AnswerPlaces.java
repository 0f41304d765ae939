package orcaflow.schemas.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.AnswerParser.Clause;
import orcaflow.schemas.answer.AnswerValue.Words;
import orcaflow.schemas.answer.FinalAnswer.How;

/**
 * The second stage: finds the place of the answer in a plain text. The order of candidates is that
 * of {@link How}; within a kind the last one with an answer counts.
 */
final class AnswerPlaces {

  /** A mark without an answer behind it sends the search back to the one before, this often. */
  private static final int MOST_MARKS = 8;

  private static final int LONGEST_WHOLE = 200;

  private static final Pattern TAG =
      Pattern.compile("(?i)<(?:answer|final_answer|finalanswer)>([^<]{0,400}+)</");
  private static final Pattern NUMBERED = Pattern.compile("\\d{1,2}[.)]\\s+\\p{L}.*");
  private static final Pattern ONE_WORD = Pattern.compile("\\(?[\\p{L}-]{1,30}\\)?[.!]?");

  private final String text;

  AnswerPlaces(String text) {
    this.text = text;
  }

  /** A reading and where its clause ends. */
  record Place(Reading reading, int end) {}

  Reading find() {
    return marked().orElseGet(this::unmarked);
  }

  /** What the marks say; empty if there is none. */
  Optional<Reading> marked() {
    return tagged()
        .or(this::hashes)
        .or(() -> new Boxes(text).find())
        .or(() -> new StatedAnswers(text).find())
        .map(place -> new Afterwards(text).mended(place));
  }

  private Reading unmarked() {
    Optional<Reading> whole = whole();
    return whole.isPresent() ? whole.get() : new LastSentence(text).read();
  }

  private Optional<Place> tagged() {
    if (text.indexOf('<') < 0) {
      return Optional.empty();
    }
    Optional<Place> last = Optional.empty();
    Matcher tag = TAG.matcher(text);
    while (tag.find()) {
      int end = tag.end();
      Optional<Place> place =
          FinalAnswer.read(tag.group(1), How.HASHES).map(reading -> new Place(reading, end));
      last = place.isPresent() ? place : last;
    }
    return last;
  }

  /** Empty if there is no such mark, or only headings. */
  private Optional<Place> hashes() {
    List<Integer> marks = new ArrayList<>();
    for (int at = text.indexOf(FinalAnswer.MARK); at >= 0; ) {
      marks.add(at);
      at = text.indexOf(FinalAnswer.MARK, behindHashes(at));
    }
    boolean empty = false;
    int end = text.length();
    for (int i = marks.size() - 1; i >= Math.max(0, marks.size() - MOST_MARKS); i--) {
      int from = behindHashes(marks.get(i));
      Optional<Place> place = hash(from, end);
      if (place.isPresent()) {
        return i > 0 && asksBetween(marks.get(i - 1), marks.get(i), place.get().reading())
            ? Optional.of(new Place(new Reading.Open(Reason.NEXT_QUESTION), place.get().end()))
            : place;
      }
      empty |= !isHeading(text.substring(from, Clauses.lineEnd(text, from)), end);
      end = marks.get(i);
    }
    return empty ? Optional.of(new Place(new Reading.None(), text.length())) : Optional.empty();
  }

  private int behindHashes(int at) {
    int end = at;
    while (end < text.length() && text.charAt(end) == '#') {
      end++;
    }
    return end;
  }

  /** Whether a question stands between two marks, both of which have an answer. */
  private boolean asksBetween(int one, int other, Reading last) {
    Optional<Place> first = hash(behindHashes(one), other);
    String between = text.substring(one, other);
    return first.isPresent()
        && between.contains("?\n")
        && !first
            .get()
            .reading()
            .found()
            .map(FinalAnswer::value)
            .equals(last.found().map(FinalAnswer::value));
  }

  private Optional<Place> hash(int from, int limit) {
    int lineEnd = Math.min(limit, Clauses.lineEnd(text, from));
    String line = text.substring(from, lineEnd);
    if (!Clauses.saysSomething(line)) {
      Optional<Place> before = before(from, line);
      return before.isPresent() ? before : nextLine(from, limit);
    }
    if (isHeading(line, limit) && (Clauses.saysSomething(text.substring(lineEnd, limit)))) {
      return Optional.empty();
    }
    String clause = Clauses.cut(line.strip());
    return FinalAnswer.read(clause, How.HASHES).map(reading -> new Place(reading, lineEnd));
  }

  /** {@code 26####} at the end of a text: the mark stands behind its answer. */
  private Optional<Place> before(int from, String line) {
    int mark = text.lastIndexOf(FinalAnswer.MARK, from - 1);
    int start = Clauses.lineStart(text, mark);
    String clause = text.substring(start, mark).strip();
    boolean last = !Clauses.saysSomething(text.substring(from));
    boolean ends =
        !clause.isEmpty() && Character.isLetterOrDigit(clause.charAt(clause.length() - 1));
    return last && ends && AnswerParser.hasDigit(clause)
        ? FinalAnswer.read(clause, How.HASHES).map(reading -> new Place(reading, text.length()))
        : Optional.empty();
  }

  private Optional<Place> nextLine(int from, int limit) {
    int start = Clauses.nextLine(text, from);
    if (start >= limit) {
      return Optional.empty();
    }
    int end = Math.min(limit, Clauses.lineEnd(text, start));
    String clause = Clauses.cut(text.substring(start, end).strip());
    return FinalAnswer.read(clause, How.HASHES).map(reading -> new Place(reading, end));
  }

  /** Words, or a numbered line: {@code #### Step 1}, {@code #### 2. Multiply}. */
  private static boolean isHeading(String rest, int limit) {
    String line = AnswerParser.unwrapped(rest);
    if (NUMBERED.matcher(line).matches()) {
      return true;
    }
    if (line.isEmpty() || !Character.isLetter(line.charAt(0))) {
      return false;
    }
    return AnswerParser.read(line).filter(Clause::isProse).isPresent();
  }

  private Optional<Reading> whole() {
    String bare = text.strip();
    if (bare.length() > LONGEST_WHOLE || bare.indexOf('\n') >= 0) {
      return Optional.empty();
    }
    String clause = AnswerParser.unwrapped(bare);
    Optional<Clause> read = AnswerParser.read(clause);
    boolean oneWord = ONE_WORD.matcher(bare).matches();
    boolean nothingElse =
        read.isPresent()
            && !read.get().led()
            && !(read.get().value() instanceof Words)
            && !LastSentence.breaksOff(bare)
            && !Clauses.saysSomething(bare.substring(Clauses.sentenceEnd(bare, 0)));
    return oneWord || nothingElse
        ? read.map(found -> FinalAnswer.reading(clause, found.value(), How.WHOLE))
        : Optional.empty();
  }
}
