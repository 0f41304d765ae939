package orcaflow.bench;

import java.util.Arrays;

/** The nearest-rank percentile: the smallest value that at least this share does not exceed. */
public final class Percentile {

  private Percentile() {}

  /**
   * @param share 0 to 1, e.g. 0.99
   * @throws IllegalArgumentException if there are no values
   */
  public static double of(double share, double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a percentile needs at least one value");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }
}
