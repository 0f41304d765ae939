package orcaflow.trainer.evaluate;

import java.util.Optional;
import orcaflow.events.Evaluation;
import orcaflow.events.VerdictValue;
import orcaflow.trainer.evaluate.statistics.PairedDifference;

/**
 * The verdict on each answer of an evaluation, in the order of the benchmark: question by question,
 * and of each question its samples.
 *
 * @param marks a character for each answer: {@code 1} right, {@code 0} wrong, {@code ?} undecided
 * @param samples answers to each question
 */
public record Verdicts(String marks, int samples) {

  private static final char RIGHT = '1';
  private static final char WRONG = '0';
  private static final char UNDECIDED = '?';

  public Verdicts {
    if (samples < 1 || marks.length() % samples != 0) {
      throw new IllegalArgumentException(
          "%d answers, %d to each question".formatted(marks.length(), samples));
    }
  }

  /** Those of an evaluation; an older one does not have them. */
  public static Optional<Verdicts> of(Evaluation evaluation) {
    return Optional.ofNullable(evaluation.getVerdicts())
        .map(marks -> new Verdicts(marks, evaluation.getSamples()));
  }

  /** The character of a verdict. */
  static char mark(VerdictValue verdict) {
    return switch (verdict) {
      case MATCH -> RIGHT;
      case UNDECIDED -> UNDECIDED;
      default -> WRONG;
    };
  }

  /** The character of an answer that could not be asked for. */
  static char unanswered() {
    return WRONG;
  }

  boolean isRight(int answer) {
    return marks.charAt(answer) == RIGHT;
  }

  /** Right answers to each question. */
  public int[] right() {
    int[] right = new int[marks.length() / samples];
    for (int i = 0; i < marks.length(); i++) {
      right[i / samples] += marks.charAt(i) == RIGHT ? 1 : 0;
    }
    return right;
  }

  /**
   * How a later policy differs on the same questions; nothing where it has other questions or
   * samples.
   */
  public Optional<PairedDifference> to(Verdicts later) {
    return marks.isEmpty() || marks.length() != later.marks.length() || samples != later.samples
        ? Optional.empty()
        : Optional.of(PairedDifference.of(right(), later.right(), samples));
  }
}
