package orcaflow.trainer.evaluate.statistics;

/**
 * Intervals that hold at all looks together, where a table is looked at after each new policy. The
 * k-th look has a confidence of
 *
 * <pre>
 *   1 - 0.05 * 6 / (pi^2 k^2)
 * </pre>
 *
 * The shares of the error add up to 0.05 over looks without an end, so with a probability of 95 %
 * no interval of any look misses its true value (Bonferroni's inequality), however the looks depend
 * on one another. The weights are those of E. Even-Dar, S. Mannor and Y. Mansour, "Action
 * elimination and stopping conditions", JMLR 7 (2006).
 */
public final class RepeatedLooks {

  private static final double ERROR = 0.05;

  private RepeatedLooks() {}

  /** The confidence of a look, counted from 1. */
  public static double confidence(int look) {
    if (look < 1) {
      throw new IllegalArgumentException("look %d: the first one is 1".formatted(look));
    }
    return 1 - ERROR * 6 / (Math.PI * Math.PI * look * look);
  }
}
