package orcaflow.trainer.evaluate.statistics;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * The exact test of McNemar: whether two policies are equally good. If they are, each question on
 * which they differ is lost or gained like a fair coin, so that the gains of m such questions
 * follow Binomial(m, 1/2). Two-sided: twice the smaller tail, at most 1.
 *
 * <p>Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
 * percentages", Psychometrika 12 (1947); exact form: A. Agresti, "Categorical Data Analysis",
 * section on matched pairs.
 */
public final class McNemar {

  private McNemar() {}

  /** The two-sided p-value; 1 where the policies never differ. */
  public static double p(Pairs pairs) {
    int discordant = pairs.discordant();
    if (discordant == 0) {
      return 1;
    }
    return Math.min(
        1, 2 * coin(discordant).cumulativeProbability(Math.min(pairs.lost(), pairs.gained())));
  }

  /**
   * The most questions of the smaller side with which the test still rejects at the level, or -1
   * where no outcome of so few questions does.
   */
  static int rejects(int discordant, double level) {
    BinomialDistribution coin = coin(discordant);
    int quantile = coin.inverseCumulativeProbability(level / 2);
    return coin.cumulativeProbability(quantile) <= level / 2 ? quantile : quantile - 1;
  }

  private static BinomialDistribution coin(int tosses) {
    return new BinomialDistribution(null, tosses, 0.5);
  }
}
