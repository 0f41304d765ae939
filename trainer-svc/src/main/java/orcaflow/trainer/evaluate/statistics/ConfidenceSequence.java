package orcaflow.trainer.evaluate.statistics;

import java.util.Arrays;

/**
 * An interval of the paired difference that may be looked at after each question: with the
 * probability of its confidence it holds the true difference at all looks together. A usual
 * interval does so at one look only; a test that stops when it excludes 0 is wrong far more often.
 *
 * <p>It needs questions in random order, with differences in [-1, 1]. A gambler bets at each next
 * question that the mean is above m, another one that it is below; the interval is all m at which
 * neither multiplies the stake by 2 / alpha. With x = (difference + 1) / 2, and bets b that know
 * earlier questions only,
 *
 * <pre>
 *   above(m) = prod (1 + min(b, 1/2 / m) (x - m))
 *   below(m) = prod (1 - min(b, 1/2 / (1 - m)) (x - m))
 *   b = sqrt(2 log(2 / alpha) / (v log(1 + t))),  v = 1/4 + sum (x - mean)^2
 * </pre>
 *
 * <p>I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting",
 * Journal of the Royal Statistical Society B 86 (2024), the hedged capital process with the bets of
 * their predictable plug-in.
 */
public final class ConfidenceSequence {

  private static final double MOST = 0.5;

  private final double goal;
  private double[] values = new double[64];
  private double[] bets = new double[64];
  private int questions;
  private double sum = 0.5;
  private double squares = 0.25;

  /** With a confidence such as 0.95. */
  public ConfidenceSequence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("a confidence of %s".formatted(confidence));
    }
    this.goal = 2 / (1 - confidence);
  }

  /** One more question: share of right answers of the second policy less that of the first. */
  public void add(double difference) {
    if (!(Math.abs(difference) <= 1)) {
      throw new IllegalArgumentException("a difference of %s".formatted(difference));
    }
    if (questions == values.length) {
      values = Arrays.copyOf(values, 2 * questions);
      bets = Arrays.copyOf(bets, 2 * questions);
    }
    double x = (difference + 1) / 2;
    values[questions] = x;
    bets[questions] = Math.sqrt(2 * Math.log(goal) / (squares * Math.log(questions + 2)));
    questions++;
    sum += x;
    double deviation = x - sum / (questions + 1);
    squares += deviation * deviation;
  }

  /** The interval after the questions so far; what is between, where no value is left. */
  public Interval interval() {
    double low = 2 * Boundary.of(0, 1, m -> above(m) >= goal) - 1;
    double high = 2 * Boundary.of(0, 1, m -> below(m) < goal) - 1;
    return new Interval(Math.min(low, high), Math.max(low, high));
  }

  /** Whether a supposed difference is inside. */
  public boolean holds(double difference) {
    double m = (difference + 1) / 2;
    return above(m) < goal && below(m) < goal;
  }

  /** What the first gambler has; it falls as m rises. */
  private double above(double m) {
    double wealth = 1;
    for (int i = 0; i < questions; i++) {
      wealth *= 1 + Math.min(bets[i], MOST / m) * (values[i] - m);
    }
    return wealth;
  }

  /** What the second gambler has; it rises with m. */
  private double below(double m) {
    double wealth = 1;
    for (int i = 0; i < questions; i++) {
      wealth *= 1 - Math.min(bets[i], MOST / (1 - m)) * (values[i] - m);
    }
    return wealth;
  }
}
