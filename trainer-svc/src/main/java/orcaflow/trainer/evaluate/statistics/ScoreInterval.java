package orcaflow.trainer.evaluate.statistics;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * The score interval of the paired difference: all differences that the score test does not reject.
 * Unlike the textbook interval it has width where the policies never differ, and stays inside [-1,
 * 1].
 *
 * <p>With b gained, c lost, n questions and a supposed difference d, the probability of a loss
 * under that difference that fits best is
 *
 * <pre>
 *   q(d) = (sqrt(B^2 - 4 A C) - B) / (2 A)
 *   A = 2n,  B = -b - c + (2n - b + c) d,  C = -c d (1 - d)
 * </pre>
 *
 * and the test compares b - c - n d with sqrt(n (2 q + d (1 - d))).
 *
 * <p>T. Tango, "Equivalence test and confidence interval for the difference in proportions for the
 * paired-sample design", Statistics in Medicine 17 (1998).
 */
public final class ScoreInterval {

  private final double gained;
  private final double lost;
  private final double n;
  private final double z;

  private ScoreInterval(Pairs pairs, double confidence) {
    this.gained = pairs.gained();
    this.lost = pairs.lost();
    this.n = pairs.questions();
    this.z = new NormalDistribution(null, 0, 1).inverseCumulativeProbability((1 + confidence) / 2);
  }

  /** The 95 % interval. */
  public static Interval of(Pairs pairs) {
    return of(pairs, 0.95);
  }

  /** The interval of another confidence, such as 0.99. */
  public static Interval of(Pairs pairs, double confidence) {
    ScoreInterval score = new ScoreInterval(pairs, confidence);
    double difference = pairs.difference();
    return new Interval(
        Boundary.of(-1, difference, d -> score.distance(d) > score.z * score.deviation(d)),
        Boundary.of(difference, 1, d -> score.distance(d) > -score.z * score.deviation(d)));
  }

  private double distance(double d) {
    return gained - lost - n * d;
  }

  private double deviation(double d) {
    double a = 2 * n;
    double b = -gained - lost + (2 * n - gained + lost) * d;
    double c = -lost * d * (1 - d);
    double loss = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
    return Math.sqrt(Math.max(0, n * (2 * loss + d * (1 - d))));
  }
}
