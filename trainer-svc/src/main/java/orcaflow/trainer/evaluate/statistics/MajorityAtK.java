package orcaflow.trainer.evaluate.statistics;

import java.util.List;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * maj@k of one question: the probability that the answer given most often among k samples is the
 * right one, estimated without bias from the stored samples as the mean over all their subsets of
 * size k. Where several answers are given equally often, each of them is taken with the same
 * probability. A sample without an answer has no vote; k samples without one are wrong.
 *
 * <p>The mean is exact: subsets are counted by how often the right answer is in them and how many
 * other answers are in them as often. Voting: X. Wang and others, "Self-consistency improves chain
 * of thought reasoning in language models", arXiv 2203.11171.
 */
public final class MajorityAtK {

  /**
   * The samples of one question.
   *
   * @param right how often the right answer is given
   * @param others how often each other answer is given
   * @param without samples without an answer
   */
  public record Votes(int right, List<Integer> others, int without) {

    public Votes {
      others = List.copyOf(others);
      if (right < 0 || without < 0 || others.stream().anyMatch(n -> n < 0)) {
        throw new IllegalArgumentException(
            "%d right, others %s, %d without".formatted(right, others, without));
      }
    }

    /** All samples. */
    public int samples() {
      return right + others.stream().mapToInt(Integer::intValue).sum() + without;
    }
  }

  private MajorityAtK() {}

  /**
   * @throws IllegalArgumentException unless 1 &lt;= k &lt;= samples
   */
  public static double of(Votes votes, int k) {
    int samples = votes.samples();
    if (k < 1 || k > samples) {
      throw new IllegalArgumentException("maj@%d of %d samples".formatted(k, samples));
    }
    double sum = 0;
    for (int right = 1; right <= Math.min(k, votes.right()); right++) {
      double[][] ways = ways(votes, right, k - right);
      double share = 0;
      for (int tied = 0; tied < ways[0].length; tied++) {
        share += ways[k - right][tied] / (tied + 1);
      }
      sum += choose(votes.right(), right) * share;
    }
    return sum / choose(samples, k);
  }

  /**
   * Ways to take samples of the other answers, none more often than {@code most}: by how many are
   * taken, and by how many answers are taken exactly {@code most} times.
   */
  private static double[][] ways(Votes votes, int most, int taken) {
    int answers = votes.others().size();
    double[][] ways = new double[taken + 1][answers + 1];
    for (int n = 0; n <= Math.min(taken, votes.without()); n++) {
      ways[n][0] = choose(votes.without(), n);
    }
    for (int given : votes.others()) {
      double[][] next = new double[taken + 1][answers + 1];
      for (int before = 0; before <= taken; before++) {
        for (int n = 0; n <= Math.min(Math.min(most, given), taken - before); n++) {
          int tie = n == most ? 1 : 0;
          for (int tied = 0; tied + tie <= answers; tied++) {
            next[before + n][tied + tie] += ways[before][tied] * choose(given, n);
          }
        }
      }
      ways = next;
    }
    return ways;
  }

  private static double choose(int n, int k) {
    return CombinatoricsUtils.binomialCoefficientDouble(n, k);
  }
}
