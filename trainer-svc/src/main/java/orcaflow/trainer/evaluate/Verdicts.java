package orcaflow.trainer.evaluate;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.events.Evaluation;
import orcaflow.events.VerdictValue;
import orcaflow.trainer.evaluate.statistics.PairedDifference;

/**
 * The verdict on each answer of an evaluation, in the order of the benchmark: question by question,
 * and of each question its samples.
 *
 * @param marks a character for each answer: {@code 1} right, {@code 0} wrong, {@code ?} undecided
 * @param samples answers to each question
 * @param families for each question the place of the first one of its family; nothing where each
 *     question is a family of its own
 */
public record Verdicts(String marks, int samples, Optional<List<Integer>> families) {

  private static final char RIGHT = '1';
  private static final char WRONG = '0';
  private static final char UNDECIDED = '?';
  private static final double USUAL = 0.95;

  public Verdicts {
    if (samples < 1 || marks.length() % samples != 0) {
      throw new IllegalArgumentException(
          "%d answers, %d to each question".formatted(marks.length(), samples));
    }
    if (families.isPresent() && families.get().size() != marks.length() / samples) {
      throw new IllegalArgumentException(
          "%d questions, %d families of them"
              .formatted(marks.length() / samples, families.get().size()));
    }
    families = families.map(List::copyOf);
  }

  /** Of questions that are each a family of their own. */
  public Verdicts(String marks, int samples) {
    this(marks, samples, Optional.empty());
  }

  /** Those of an evaluation; an older one does not have them. */
  public static Optional<Verdicts> of(Evaluation evaluation) {
    return Optional.ofNullable(evaluation.getVerdicts())
        .map(
            marks ->
                new Verdicts(
                    marks, evaluation.getSamples(), Optional.ofNullable(evaluation.getFamilies())));
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
    return to(later, USUAL);
  }

  /** The same with an interval of another confidence. */
  public Optional<PairedDifference> to(Verdicts later, double confidence) {
    return marks.isEmpty() || marks.length() != later.marks.length() || samples != later.samples
        ? Optional.empty()
        : Optional.of(
            PairedDifference.of(
                right(), later.right(), samples, places(families.or(later::families)), confidence));
  }

  private int[] places(Optional<List<Integer>> given) {
    return given
        .map(places -> places.stream().mapToInt(Integer::intValue))
        .orElseGet(() -> IntStream.range(0, marks.length() / samples))
        .toArray();
  }
}
