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

  /**
   * A whole number and nothing else behind the only mark of a text in which nothing has to be set
   * apart.
   */
  private static Optional<FinalAnswer> integer(String text) {
    int mark = text.lastIndexOf(MARK);
    if (mark < 1
        || text.length() > SetApart.LONGEST
        || text.indexOf('#') != mark
        || text.indexOf('<') >= 0
        || text.indexOf('|') >= 0
        || mayRunOn(text)) {
      return Optional.empty();
    }
    String rest = text.substring(mark + MARK.length()).strip();
    return AnswerParser.integer(rest).map(value -> new FinalAnswer(rest, value, How.HASHES));
  }

  private static boolean mayRunOn(String text) {
    return text.contains("Q:")
        || text.contains("uestion")
        || text.contains("roblem")
        || text.contains("ser:")
        || text.contains("uman:")
        || text.contains("xercise")
        || text.contains("nstruction")
        || text.contains("nput")
        || text.contains("UESTION")
        || text.contains("[")
        || text.contains("ROBLEM")
        || text.contains("SER")
        || text.contains("Q");
  }

  /** The same by the stages alone. */
  static Optional<FinalAnswer> searched(String text) {
    return staged(text).found();
  }

  private static Reading staged(String text) {
    Passage passage = SetApart.of(text);
    if (passage.onlyReasoned()) {
      return new Reading.Open(Reason.CUT_OFF);
    }
    Reading reading = new AnswerPlaces(AnswerText.plain(passage.text())).find();
    boolean unmarked =
        reading instanceof Reading.Found found && found.answer().how() == How.LAST_NUMBER;
    if (passage.ranOn() && !AnswerParser.hasDigit(passage.text()) && !isMarked(reading)) {
      return staged(text.substring(Math.min(text.length(), passage.text().length())));
    }
    if (passage.ranOn() && (unmarked || reading instanceof Reading.None)) {
      return new Reading.Open(Reason.NEXT_QUESTION);
    }
    boolean open = unmarked || reading instanceof Reading.None;
    return passage.table() && open ? new Reading.Open(Reason.TABLE) : reading;
  }

  private static boolean isMarked(Reading reading) {
    return reading instanceof Reading.Found found && found.answer().how().compareTo(How.WHOLE) <= 0;
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
