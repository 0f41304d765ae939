package orcaflow.trainer.evaluate.statistics;

/**
 * pass@k of one question: the probability that at least one of k samples is right, estimated
 * without bias from n stored samples of which c are right,
 *
 * <pre>
 *   1 - C(n - c, k) / C(n, k)  =  1 - prod over i = n-c+1 .. n of (1 - k / i)
 * </pre>
 *
 * <p>M. Chen and others, "Evaluating large language models trained on code", arXiv 2107.03374, eq.
 * 1.
 */
public final class PassAtK {

  private PassAtK() {}

  /**
   * @throws IllegalArgumentException unless 0 &lt;= right &lt;= samples and 1 &lt;= k &lt;= samples
   */
  public static double of(int right, int samples, int k) {
    if (right < 0 || right > samples || k < 1 || k > samples) {
      throw new IllegalArgumentException(
          "pass@%d of %d right in %d samples".formatted(k, right, samples));
    }
    if (samples - right < k) {
      return 1;
    }
    double none = 1;
    for (int i = samples - right + 1; i <= samples; i++) {
      none *= 1 - (double) k / i;
    }
    return 1 - none;
  }

  /** The mean over questions with the same number of samples. */
  public static double mean(int[] right, int samples, int k) {
    double sum = 0;
    for (int ofQuestion : right) {
      sum += of(ofQuestion, samples, k);
    }
    return sum / Math.max(1, right.length);
  }
}
