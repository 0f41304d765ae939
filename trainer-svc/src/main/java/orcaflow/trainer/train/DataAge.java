package orcaflow.trainer.train;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import orcaflow.trainer.objective.RowSource;

/**
 * How many policies rows lag behind: 0 for rows of the policy that an iteration starts from, 1 for
 * rows of the one before.
 *
 * @param mean over the rows that a policy of the run wrote
 * @param max of the same
 */
record DataAge(OptionalDouble mean, OptionalInt max) {

  /**
   * @param lag of a policy by its version; none for one that is not of the run
   */
  static DataAge of(Collection<RowSource> rows, Function<String, OptionalInt> lag) {
    List<Integer> lags =
        rows.stream()
            .map(RowSource::policy)
            .flatMap(Optional::stream)
            .map(lag)
            .filter(OptionalInt::isPresent)
            .map(OptionalInt::getAsInt)
            .toList();
    return new DataAge(
        lags.stream().mapToInt(Integer::intValue).average(),
        lags.stream().mapToInt(Integer::intValue).max());
  }
}
