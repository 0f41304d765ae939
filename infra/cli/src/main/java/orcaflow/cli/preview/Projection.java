package orcaflow.cli.preview;

import java.util.List;
import java.util.Optional;

/**
 * What all seeds will take, from what a few of them took: the mean of a seed times their number,
 * with a 95 % interval from Student's t of the seeds looked at. One seed gives no interval. The
 * interval holds for seeds that are drawn like the others; the first rows of a file may not be.
 *
 * @param looked seeds looked at
 * @param seeds all seeds
 */
public record Projection(int looked, long seeds, double mean, Optional<Interval> interval) {

  /** Two-sided 95 % quantiles of Student's t with 1, 2, ... degrees of freedom. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  private static final double NORMAL = 1.960;

  /** Of the sum over all seeds. All seeds take no less than those looked at. */
  public record Interval(double low, double high) {}

  /**
   * @param each what each seed took that was looked at
   * @param seeds number of all
   */
  static Projection of(List<Double> each, long seeds) {
    int n = each.size();
    double mean = each.stream().mapToDouble(x -> x).average().orElse(0);
    if (n < 2) {
      return new Projection(n, seeds, mean, Optional.empty());
    }
    double squares = each.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
    double half = t(n - 1) * Math.sqrt(squares / (n - 1) / n);
    return new Projection(
        n,
        seeds,
        mean,
        Optional.of(
            new Interval(Math.max(mean * n, (mean - half) * seeds), (mean + half) * seeds)));
  }

  /** Of all seeds. */
  public double sum() {
    return mean * seeds;
  }

  private static double t(int degrees) {
    return degrees <= T.length ? T[degrees - 1] : NORMAL;
  }
}
