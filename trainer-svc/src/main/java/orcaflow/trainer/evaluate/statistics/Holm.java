package orcaflow.trainer.evaluate.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * p-values of several comparisons, adjusted so that a false difference among all of them is as rare
 * as the level says: the i-th smallest of m is multiplied by m - i + 1, and none is below a smaller
 * one's.
 *
 * <p>S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
 * Statistics 6 (1979).
 */
public final class Holm {

  private Holm() {}

  /** The adjusted p-values, in the order given. */
  public static List<Double> adjust(List<Double> ps) {
    List<Integer> rising =
        IntStream.range(0, ps.size()).boxed().sorted(Comparator.comparing(ps::get)).toList();
    Double[] adjusted = new Double[ps.size()];
    double least = 0;
    for (int rank = 0; rank < rising.size(); rank++) {
      int place = rising.get(rank);
      least = Math.max(least, Math.min(1, ps.get(place) * (ps.size() - rank)));
      adjusted[place] = least;
    }
    return List.of(adjusted);
  }
}
