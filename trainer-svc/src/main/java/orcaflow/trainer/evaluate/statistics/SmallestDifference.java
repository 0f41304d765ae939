package orcaflow.trainer.evaluate.statistics;

import java.util.Optional;
import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * The smallest difference that a benchmark can show: the true difference that {@link McNemar}'s
 * exact test finds with a probability of 80 % at the two-sided level of 5 %.
 *
 * <p>The probability is computed exactly, over all numbers of questions on which the policies may
 * differ. It depends on how often they do (the discordance). A difference is at most the
 * discordance; where a larger one is asked about, all questions that differ go one way.
 *
 * <p>S. W. Duffy, "Asymptotic and exact power for the McNemar test and its analogue with R controls
 * per case", Biometrics 40 (1984).
 */
public final class SmallestDifference {

  private static final double LEVEL = 0.05;
  private static final double POWER = 0.8;

  private SmallestDifference() {}

  /**
   * The difference, or nothing where the questions are too few to show even the largest.
   *
   * @param discordance share of the questions on which the policies differ
   */
  public static Optional<Double> of(int questions, double discordance) {
    if (power(questions, discordance, 1) < POWER) {
      return Optional.empty();
    }
    return Optional.of(
        Boundary.of(0, 1, difference -> power(questions, discordance, difference) < POWER));
  }

  /** The probability that the test rejects at 5 %, with a true difference. */
  static double power(int questions, double discordance, double difference) {
    double differing = Math.max(discordance, difference);
    if (differing == 0) {
      return 0;
    }
    BinomialDistribution numbers = new BinomialDistribution(null, questions, differing);
    double gain = (1 + difference / differing) / 2;
    double power = 0;
    for (int discordant = 1; discordant <= questions; discordant++) {
      double weight = numbers.probability(discordant);
      int rejects = weight < 1e-15 ? -1 : McNemar.rejects(discordant, LEVEL);
      if (rejects >= 0) {
        BinomialDistribution gains = new BinomialDistribution(null, discordant, gain);
        power +=
            weight
                * (gains.cumulativeProbability(rejects)
                    + 1
                    - gains.cumulativeProbability(discordant - rejects - 1));
      }
    }
    return power;
  }
}
