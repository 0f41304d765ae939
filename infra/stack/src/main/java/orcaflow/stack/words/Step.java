package orcaflow.stack.words;

/**
 * One exact calculation of a solution.
 *
 * @param sense what the result means in the story
 * @param operator one of {@code + - * /}
 */
public record Step(Sense sense, long left, char operator, long right, long result) {

  /** What a result means: {@code %s} are owner, calculation and thing. */
  public enum Sense {
    CONTENTS("The boxes hold %2$s %3$s."),
    THEN("Then %1$s has %2$s %3$s."),
    BEFORE("Before that %1$s had %2$s %3$s."),
    DIFFERENCE("The difference is %2$s %3$s."),
    BOXES("The number of boxes is %2$s."),
    EACH("Each box holds %2$s %3$s.");

    private final String sentence;

    Sense(String sentence) {
      this.sentence = sentence;
    }

    String sentence(String owner, String calculation, String thing) {
      return sentence.formatted(owner, calculation, thing);
    }
  }

  /** {@code 4 * 3 = 12} */
  public String calculation() {
    return "%d %c %d = %d".formatted(left, operator, right, result);
  }
}
