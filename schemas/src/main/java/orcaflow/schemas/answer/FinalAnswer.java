package orcaflow.schemas.answer;

import java.util.Optional;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.SetApart.Passage;

/**
 * The final answer of a text: a worked solution, a student's completion, or a bare answer.
 *
 * @param text the answer as it stands, plain; read again it gives the same value
 * @param value what it says
 * @param how the mark in the text that shows where the answer is
 */
public record FinalAnswer(String text, AnswerValue value, How how) {

  /** Ways to find the answer, the surest first. The last of a kind wins. */
  public enum How {
    /** {@code #### 18}, the form of GSM8K and of our teacher; or {@code <answer>18</answer>}. */
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

  static final String MARK = "####";

  private static final String INSIDE_NUMBERS = ".,:/";

  /**
   * Finds the final answer of a text. Empty if there is none: no mark, no number and more than a
   * word, or a mark with nothing behind it. Empty too where it is open which one it is.
   */
  public static Optional<FinalAnswer> of(String text) {
    return reading(text).found();
  }

  static Reading reading(String text) {
    Optional<FinalAnswer> integer = integer(text);
    return integer.isPresent() ? new Reading.Found(integer.get()) : staged(text);
  }

  /** The same of a text that the limit of tokens cut. */
  static Reading readingOfCut(String text) {
    Reading reading = reading(text);
    boolean whole =
        reading instanceof Reading.Open
            || isMarkedBefore(How.WHOLE, reading)
                && isWhole(text, reading.found().orElseThrow().text());
    return whole ? reading : new Reading.Open(Reason.CUT_OFF);
  }

  /** Whether something stands behind the answer that no number continues with. */
  private static boolean isWhole(String text, String answer) {
    int start = text.lastIndexOf(answer);
    String rest = start < 0 ? "" : text.substring(start + answer.length());
    return rest.length() > 1 || rest.length() == 1 && INSIDE_NUMBERS.indexOf(rest.charAt(0)) < 0;
  }

  /**
   * A whole number and nothing else behind the only mark of a text in which nothing has to be set
   * apart.
   */
  private static Optional<FinalAnswer> integer(String text) {
    int mark = text.lastIndexOf(MARK);
    if (mark < 1
        || text.charAt(0) == 'I'
        || Character.isWhitespace(text.charAt(0))
        || text.length() > SetApart.LONGEST
        || text.indexOf('#') != mark
        || SetApart.mayApply(text)) {
      return Optional.empty();
    }
    String rest = text.substring(mark + MARK.length()).strip();
    return AnswerParser.integer(rest).map(value -> new FinalAnswer(rest, value, How.HASHES));
  }

  /** The same by the stages alone. */
  static Optional<FinalAnswer> searched(String text) {
    return staged(text).found();
  }

  private static Reading staged(String text) {
    try {
      return inStages(text);
    } catch (RuntimeException | StackOverflowError e) {
      return ReaderFailure.of(text, e);
    }
  }

  private static Reading inStages(String text) {
    Passage passage = SetApart.of(text);
    if (passage.onlyReasoned()) {
      return new Reading.Open(Reason.CUT_OFF);
    }
    Optional<Reading> near = nearLastMark(passage.text());
    Reading reading =
        near.orElseGet(() -> new AnswerPlaces(AnswerText.plain(passage.text())).find());
    if (isMarked(reading) && LastSentence.beginsAsRefusal(passage.text())) {
      return new Reading.Open(Reason.REFUSED);
    }
    if (near.isPresent()) {
      return reading;
    }
    boolean open =
        reading instanceof Reading.None
            || reading instanceof Reading.Found found && found.answer().how() == How.LAST_NUMBER;
    if (passage.ranOn() && open) {
      return new Reading.Open(Reason.NEXT_QUESTION);
    }
    return passage.table() && open ? new Reading.Open(Reason.TABLE) : reading;
  }

  /**
   * What the last mark says, read from its line on. Empty where other marks may have a say, or
   * where this one has no answer: then the whole text is read.
   */
  private static Optional<Reading> nearLastMark(String text) {
    int from = lastMarkLine(text);
    return from <= 0
        ? Optional.empty()
        : new AnswerPlaces(AnswerText.plain(text.substring(from)))
            .marked()
            .filter(Reading.Found.class::isInstance);
  }

  private static int lastMarkLine(String text) {
    if (text.contains("<answer") || text.contains("<final") || text.contains("\\fbox")) {
      return 0;
    }
    for (String mark : new String[] {MARK, "\\boxed"}) {
      int last = text.lastIndexOf(mark);
      if (last >= 0) {
        boolean only = text.indexOf(mark) == last;
        return only ? Clauses.lineStart(text, last) : 0;
      }
    }
    int line = text.lastIndexOf("\nA:");
    int word = text.lastIndexOf("nswer");
    return Math.max(line + 1, word < 0 ? 0 : Clauses.lineStart(text, word));
  }

  private static boolean isMarked(Reading reading) {
    return isMarkedBefore(How.LAST_NUMBER, reading);
  }

  private static boolean isMarkedBefore(How limit, Reading reading) {
    return reading instanceof Reading.Found found && found.answer().how().compareTo(limit) < 0;
  }

  /** Reads a clause that stands at a place; empty if it holds no letter and no digit. */
  static Optional<Reading> read(String clause, How how) {
    String text = AnswerParser.unwrapped(clause);
    return AnswerParser.read(text).map(found -> reading(text, found.value(), how));
  }

  static Reading reading(String text, AnswerValue value, How how) {
    return AnswerParser.dividesByZero(value)
        ? new Reading.Open(Reason.NOT_PLAIN)
        : new Reading.Found(new FinalAnswer(text, value, how));
  }
}
