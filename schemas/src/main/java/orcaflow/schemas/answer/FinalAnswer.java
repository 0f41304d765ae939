package orcaflow.schemas.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.schemas.answer.AnswerValue.Quantity;
import orcaflow.schemas.answer.AnswerValue.Words;

/**
 * The final answer of a text: a worked solution, a student's completion, or a bare answer.
 *
 * @param text the answer as it stands, plain and short; read again it gives the same value
 * @param value what it says
 * @param how the mark in the text that shows where the answer is
 */
public record FinalAnswer(String text, AnswerValue value, How how) {

  /** Ways to find the answer, the surest first. The last of a kind wins. */
  public enum How {
    /** {@code #### 18}, the form of GSM8K and of our teacher. */
    HASHES,
    /** {@code \boxed{18}}. */
    BOXED,
    /** "The answer is 18", "Answer: 18", or a line {@code A: 18}. */
    STATED,
    /** The text is nothing but an answer. */
    WHOLE,
    /** The last number of the text, for want of anything better. */
    LAST_NUMBER
  }

  /** An answer stands at the end: of longer texts only this much is read. */
  static final int LONGEST = 16_384;

  private static final int LONGEST_ANSWER = 200;

  /** A mark without an answer behind it sends the search back to the one before, this often. */
  private static final int MOST_MARKS = 8;

  private static final String MARK = "####";
  private static final Pattern HASHES = Pattern.compile(MARK);
  private static final Pattern STATED =
      Pattern.compile(
          "(?i)(?<!\\p{L})answers?\\b[^.\\n:=#]{0,60}?(?::|=|(?<!\\p{L})(?:is|are|be|equals)(?!\\p{L}))"
              + "|(?m)^[ \\t>*]{0,8}a[*]{0,2}[ \\t]?:");
  private static final Pattern CALCULATOR = Pattern.compile("<<[^<>\\n]{0,200}>>");
  private static final Pattern SENTENCE_END =
      Pattern.compile("\\.(?:\\s+(?=[\\p{Lu}$\\\\])|\\s*$)");
  private static final Pattern REASON =
      Pattern.compile("(?i)[,;]? (?:because|since|so that|as there|which)\\b");
  private static final Pattern TRAILING_UNIT = Pattern.compile("\\G(?: ?[%¢]| ?\\p{L}{1,20}\\b)");
  private static final Pattern ONE_WORD = Pattern.compile("\\(?[\\p{L}-]{1,30}\\)?[.!]?");
  private static final Pattern REFUSAL = Pattern.compile("(?i)\\s*I (?:cannot|can't|am unable)\\b");

  /**
   * Finds the final answer of a text, empty if there is none: no marker, no number and more than a
   * word, a marker with nothing behind it, or a text that begins with "I cannot".
   */
  public static Optional<FinalAnswer> of(String text) {
    return integer(text).or(() -> searched(text));
  }

  /**
   * A whole number and nothing else behind the last mark. Texts that might be refusals, and marks
   * of more than four hashes, are left to the search.
   */
  private static Optional<FinalAnswer> integer(String text) {
    int mark = text.lastIndexOf(MARK);
    if (mark < 1
        || text.length() > LONGEST
        || text.charAt(mark - 1) == '#'
        || !Character.isLetterOrDigit(text.charAt(0))
        || Character.toUpperCase(text.charAt(0)) == 'I') {
      return Optional.empty();
    }
    String rest = text.substring(mark + MARK.length()).strip();
    return AnswerParser.integer(rest).map(value -> new FinalAnswer(rest, value, How.HASHES));
  }

  /** The same by the patterns alone. */
  static Optional<FinalAnswer> searched(String text) {
    String tail = text.length() > LONGEST ? text.substring(text.length() - LONGEST) : text;
    if (REFUSAL.matcher(tail).lookingAt()) {
      return Optional.empty();
    }
    return marked(tail, HASHES, How.HASHES)
        .or(() -> boxed(tail))
        .or(() -> marked(tail, STATED, How.STATED))
        .orElseGet(() -> whole(tail).or(() -> lastNumber(tail)));
  }

  /** Outer empty: no such marker. Inner empty: the marker has no answer. */
  private static Optional<Optional<FinalAnswer>> marked(String text, Pattern marker, How how) {
    List<MatchResult> marks = marker.matcher(text).results().toList();
    int end = text.length();
    for (int i = marks.size() - 1; i >= Math.max(0, marks.size() - MOST_MARKS); i--) {
      Optional<FinalAnswer> answer = read(clause(text.substring(marks.get(i).end(), end)), how);
      if (answer.isPresent()) {
        return Optional.of(answer);
      }
      end = marks.get(i).start();
    }
    return marks.isEmpty() ? Optional.empty() : Optional.of(Optional.empty());
  }

  private static Optional<Optional<FinalAnswer>> boxed(String text) {
    int at = text.lastIndexOf("\\boxed");
    if (at < 0) {
      return Optional.empty();
    }
    List<String> boxes = new ArrayList<>();
    int line = text.lastIndexOf('\n', at) + 1;
    for (int next = text.indexOf("\\boxed", line);
        next >= 0;
        next = text.indexOf("\\boxed", next + 6)) {
      boxes.add(braced(text, next + "\\boxed".length()));
    }
    return Optional.of(read(String.join("; ", boxes), How.BOXED));
  }

  /**
   * What stands between the brace at a position and the one that closes it, or to the line's end.
   */
  private static String braced(String text, int from) {
    int open = from;
    while (open < text.length() && text.charAt(open) == ' ') {
      open++;
    }
    int depth = 0;
    int at = open;
    for (; at < text.length() && at - open < LONGEST_ANSWER && text.charAt(at) != '\n'; at++) {
      char c = text.charAt(at);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        break;
      }
    }
    return at > open ? text.substring(open + 1, at) : "";
  }

  private static Optional<FinalAnswer> whole(String text) {
    String bare = text.strip();
    if (bare.length() > LONGEST_ANSWER || bare.contains("\n")) {
      return Optional.empty();
    }
    boolean oneWord = ONE_WORD.matcher(bare).matches();
    return read(bare, How.WHOLE).filter(answer -> oneWord || onlySays(answer));
  }

  /** Whether a text of several words is an answer alone, rather than a sentence with one in it. */
  private static boolean onlySays(FinalAnswer answer) {
    return !(answer.value() instanceof Words)
        && !Character.isLetter(answer.text().charAt(0))
        && (!(answer.value() instanceof Quantity)
            || AnswerParser.NUMBER.matcher(answer.text()).results().count() == 1);
  }

  private static Optional<FinalAnswer> lastNumber(String text) {
    String plain = AnswerText.plain(CALCULATOR.matcher(text).replaceAll(""));
    Optional<MatchResult> pair = last(AnswerParser.COLON_PAIR, plain);
    Optional<MatchResult> number = last(AnswerParser.NUMBER, plain);
    if (number.isEmpty()) {
      return NumberWords.firstAsDigits(lastLine(plain))
          .filter(words -> !words.startsWith("1 "))
          .flatMap(words -> read(words, How.LAST_NUMBER));
    }
    if (pair.isPresent() && pair.get().end() >= number.get().end()) {
      return read(pair.get().group(), How.LAST_NUMBER);
    }
    Matcher unit = TRAILING_UNIT.matcher(plain);
    boolean counted =
        unit.find(number.get().end()) && AnswerParser.countsOrMeasures(unit.group().strip());
    String behind = counted ? unit.group() : "";
    return read(number.get().group() + behind, How.LAST_NUMBER);
  }

  private static Optional<FinalAnswer> read(String segment, How how) {
    String plain = AnswerText.plain(segment);
    String text =
        AnswerParser.unwrapped(
            plain.length() > LONGEST_ANSWER ? plain.substring(0, LONGEST_ANSWER) : plain);
    return AnswerParser.parse(text).map(value -> new FinalAnswer(text, value, how));
  }

  /** The first line with anything in it, up to the end of its sentence or the word because. */
  private static String clause(String rest) {
    String line = rest.strip().lines().findFirst().orElse("");
    String bounded =
        line.length() > 2 * LONGEST_ANSWER ? line.substring(0, 2 * LONGEST_ANSWER) : line;
    return cut(REASON, cut(SENTENCE_END, bounded));
  }

  private static String cut(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() && matcher.start() > 0 ? text.substring(0, matcher.start()) : text;
  }

  private static String lastLine(String text) {
    return text.substring(text.lastIndexOf('\n') + 1);
  }

  private static Optional<MatchResult> last(Pattern pattern, String text) {
    return pattern.matcher(text).results().reduce((first, second) -> second);
  }
}
