package orcaflow.cli.make;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An accepted problem as the file has it.
 *
 * @param answer known beforehand, else the teacher's
 * @param seed id of the seed's candidate
 * @param seedRow row of the seed in its file, from 1
 * @param parent problem that it was made of
 * @param policy version of the student that wrote the rollouts
 */
public record AcceptedProblem(
    String id,
    String question,
    String solution,
    Optional<String> answer,
    OptionalDouble solveRate,
    Verdicts rollouts,
    Optional<String> policy,
    String agent,
    int round,
    String seed,
    long seedRow,
    Optional<String> parent) {

  /** Rollouts by verdict. */
  public record Verdicts(int right, int wrong, int undecided) {
    static final Verdicts NONE = new Verdicts(0, 0, 0);

    int all() {
      return right + wrong + undecided;
    }

    /** Nothing without rollouts. */
    OptionalDouble rate() {
      return all() == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) right / all());
    }
  }
}
