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
 * @param p99 of the same: 99 of 100 lag no further, by the nearest rank
 * @param max of the same
 */
record DataAge(OptionalDouble mean, OptionalInt p99, OptionalInt max) {

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
            .sorted()
            .toList();
    return new DataAge(
        lags.stream().mapToInt(Integer::intValue).average(),
        last(lags, (99 * lags.size() + 99) / 100),
        last(lags, lags.size()));
  }

  /**
   * The age of one row; 0 if no policy of the run wrote it.
   *
   * @param policy that wrote it
   * @param lag as above
   */
  static int of(Optional<String> policy, Function<String, OptionalInt> lag) {
    return policy.map(lag).orElse(OptionalInt.empty()).orElse(0);
  }

  /** The last of the first {@code count}. */
  private static OptionalInt last(List<Integer> sorted, int count) {
    return count == 0 ? OptionalInt.empty() : OptionalInt.of(sorted.get(count - 1));
  }
}
