package orcaflow.cli.dataset;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What every row says of its problem.
 *
 * @param answer the final answer known beforehand, else the teacher's
 * @param answerOrigin known or teacher
 * @param source name of the data set or file the seed came from
 * @param agent stage that wrote the problem
 * @param round edits between the seed and the problem
 * @param parent problem id of the direct parent
 * @param rollouts answers the student gave, all iterations together
 * @param solved how many of them match; an undecided one does not
 */
record About(
    Optional<String> answer,
    Optional<String> answerOrigin,
    Optional<String> source,
    Optional<String> seed,
    Optional<String> agent,
    Optional<Integer> round,
    Optional<String> parent,
    long rollouts,
    long solved) {

  /** Solve rate, 0 to 1; empty if the problem was never sampled. */
  OptionalDouble difficulty() {
    return rollouts == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) solved / (double) rollouts);
  }
}
