package orcaflow.trainer.evaluate.statistics;

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * The interval of the paired difference where questions come in families, or where each question
 * has several answers and is a family of its own. With G families of gain s_g in n_g answers, n in
 * all, and the difference d = sum s_g / n,
 *
 * <pre>
 *   variance = G / (G - 1) * sum (s_g - n_g d)^2 / n^2
 * </pre>
 *
 * and the interval is d -+ t(G - 1) * sqrt(variance), cut to [-1, 1].
 *
 * <p>Where no family differs from the mean the variance is 0, and an interval without width would
 * claim certainty. The {@link ScoreInterval} of as many pairs as there are families takes its
 * place.
 *
 * <p>K.-Y. Liang and S. Zeger, "Longitudinal data analysis using generalized linear models",
 * Biometrika 73 (1986); for evaluations: E. Miller, "Adding error bars to evals", arXiv 2411.00640.
 */
public final class ClusteredInterval {

  private static final double ACCURACY = 1e-13;

  private ClusteredInterval() {}

  /** The difference over all answers. */
  public static double difference(List<Cluster> families) {
    double gain = families.stream().mapToLong(Cluster::gain).sum();
    return gain / families.stream().mapToLong(Cluster::answers).sum();
  }

  /** The 95 % interval. */
  public static Interval of(List<Cluster> families) {
    return of(families, 0.95);
  }

  /** The variance of the difference; 0 where there is one family only. */
  public static double variance(List<Cluster> families) {
    double groups = families.size();
    double difference = difference(families);
    double squares = 0;
    long answers = 0;
    for (Cluster family : families) {
      double deviation = family.gain() - family.answers() * difference;
      squares += deviation * deviation;
      answers += family.answers();
    }
    return groups < 2 ? 0 : squares * groups / (groups - 1) / answers / answers;
  }

  /** The interval of another confidence, such as 0.99. */
  public static Interval of(List<Cluster> families, double confidence) {
    int groups = families.size();
    if (groups < 2) {
      return new Interval(-1, 1);
    }
    double difference = difference(families);
    double error = Math.sqrt(variance(families));
    if (error < ACCURACY) {
      return withoutVariance(groups, difference, confidence);
    }
    double t =
        new TDistribution(null, groups - 1.0, ACCURACY)
            .inverseCumulativeProbability((1 + confidence) / 2);
    return new Interval(Math.max(-1, difference - t * error), Math.min(1, difference + t * error));
  }

  private static Interval withoutVariance(int groups, double difference, double confidence) {
    int gained = (int) Math.round(Math.max(0, difference) * groups);
    int lost = (int) Math.round(Math.max(0, -difference) * groups);
    return ScoreInterval.of(new Pairs(groups, lost, gained), confidence);
  }
}
