package orcaflow.trainer.train;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * How old rows are, in policies: 0 for the policy an iteration starts from, 1 for the one before.
 *
 * @param mean over the rows that a policy of the run wrote
 * @param max of the same
 */
record PolicyLag(OptionalDouble mean, OptionalInt max) {

  /**
   * @param age of a policy by its version; none for one that is not of the run
   */
  static PolicyLag of(Collection<RowSource> rows, Function<String, OptionalInt> age) {
    List<Integer> ages =
        rows.stream()
            .map(RowSource::policy)
            .flatMap(Optional::stream)
            .map(age)
            .filter(OptionalInt::isPresent)
            .map(OptionalInt::getAsInt)
            .toList();
    return new PolicyLag(
        ages.stream().mapToInt(Integer::intValue).average(),
        ages.stream().mapToInt(Integer::intValue).max());
  }
}
