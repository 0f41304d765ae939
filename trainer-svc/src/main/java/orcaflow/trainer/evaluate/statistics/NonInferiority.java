package orcaflow.trainer.evaluate.statistics;

/**
 * Whether a later policy is worse than an earlier one by a margin or more, each question answered
 * several times by both. It is taken for not worse where the lower end of the 90 % {@link
 * ClusteredInterval} of the difference is at least -margin and the upper end is at least 0. A
 * policy that is worse by the margin exactly passes in one case of twenty, one that is worse by
 * more in fewer. One that is surely worse by less does not pass either, or its loss could be
 * repeated.
 *
 * <p>A one-sided test by the interval: for example G. Piaggio et al., "Reporting of noninferiority
 * and equivalence randomized trials", JAMA 308 (2012).
 *
 * @param questions all of them
 * @param before pass@1 of the earlier policy
 * @param after pass@1 of the later one
 * @param interval of after - before, 90 %
 */
public record NonInferiority(int questions, double before, double after, Interval interval) {

  private static final double CONFIDENCE = 0.90;

  /**
   * Compares.
   *
   * @param first right answers to each question
   * @param second the same questions in the same order
   * @param answers to each question
   * @param families for each question the place of the first one of its family
   */
  public static NonInferiority of(int[] first, int[] second, int answers, int[] families) {
    if (first.length != second.length || first.length == 0) {
      throw new IllegalArgumentException(
          "%d questions against %d".formatted(first.length, second.length));
    }
    int[] gains = new int[first.length];
    long before = 0;
    long after = 0;
    for (int i = 0; i < first.length; i++) {
      gains[i] = second[i] - first[i];
      before += first[i];
      after += second[i];
    }
    double all = (double) answers * first.length;
    return new NonInferiority(
        first.length,
        before / all,
        after / all,
        ClusteredInterval.of(Cluster.of(gains, answers, families), CONFIDENCE));
  }

  /** Whether the later policy is not worse by the margin, and not surely worse at all. */
  public boolean passes(double margin) {
    return interval.low() >= -margin && interval.high() >= 0;
  }
}
