package orcaflow.trainer.evaluate.statistics;

import java.util.List;

/**
 * The exact paired randomisation test of a difference: if two policies are equally good, the gain
 * of a family is as likely as a loss of the same size. The p-value is the probability that random
 * signs give a sum at least as far from 0 as the one seen. With one answer to each question this is
 * {@link McNemar}'s exact test.
 *
 * <p>The distribution of the sum is computed exactly, family by family. R. A. Fisher, "The Design
 * of Experiments" (1935), chapter 3.
 */
public final class SignFlip {

  private SignFlip() {}

  /** The two-sided p-value; 1 where no family gains or loses. */
  public static double p(List<Cluster> families) {
    int widest = families.stream().mapToInt(family -> Math.abs(family.gain())).sum();
    int seen = Math.abs(families.stream().mapToInt(Cluster::gain).sum());
    double[] probability = new double[2 * widest + 1];
    probability[widest] = 1;
    int reach = 0;
    for (Cluster family : families) {
      int gain = Math.abs(family.gain());
      if (gain > 0) {
        probability = flipped(probability, gain, widest, reach);
        reach += gain;
      }
    }
    double p = 0;
    for (int sum = -widest; sum <= widest; sum++) {
      if (Math.abs(sum) >= seen) {
        p += probability[widest + sum];
      }
    }
    return Math.min(1, p);
  }

  private static double[] flipped(double[] probability, int gain, int zero, int reach) {
    double[] next = new double[probability.length];
    for (int sum = -reach; sum <= reach; sum++) {
      next[zero + sum + gain] += probability[zero + sum] / 2;
      next[zero + sum - gain] += probability[zero + sum] / 2;
    }
    return next;
  }
}
