package orcaflow.trainer.evaluate.statistics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How a second policy differs from a first one on the same questions.
 *
 * @param questions all of them
 * @param lost questions with fewer right answers than before
 * @param gained questions with more right answers than before
 * @param difference pass@1 of the second less that of the first
 * @param interval of the difference, usually 95 %
 * @param p exact, two-sided
 */
public record PairedDifference(
    int questions, int lost, int gained, double difference, Interval interval, double p) {

  private static final double USUAL = 0.95;

  /** Compares, each question a family of its own. */
  public static PairedDifference of(int[] first, int[] second, int samples) {
    return of(first, second, samples, IntStream.range(0, first.length).toArray());
  }

  /** Compares, with the 95 % interval. */
  public static PairedDifference of(int[] first, int[] second, int samples, int[] families) {
    return of(first, second, samples, families, USUAL);
  }

  /**
   * Compares. With one answer to each family by {@link ScoreInterval} and {@link McNemar}; with
   * several by {@link ClusteredInterval} and {@link SignFlip}.
   *
   * @param first right answers to each question
   * @param second the same questions in the same order
   * @param samples answers to each question
   * @param families for each question the place of the first one of its family
   * @param confidence of the interval
   */
  public static PairedDifference of(
      int[] first, int[] second, int samples, int[] families, double confidence) {
    if (first.length != second.length || first.length == 0) {
      throw new IllegalArgumentException(
          "%d questions against %d".formatted(first.length, second.length));
    }
    int lost = 0;
    int gained = 0;
    int[] gains = new int[first.length];
    for (int i = 0; i < first.length; i++) {
      gains[i] = second[i] - first[i];
      lost += gains[i] < 0 ? 1 : 0;
      gained += gains[i] > 0 ? 1 : 0;
    }
    List<Cluster> clusters = Cluster.of(gains, samples, families);
    Pairs pairs = new Pairs(first.length, lost, gained);
    return samples == 1 && clusters.size() == first.length
        ? of(pairs, pairs.difference(), ScoreInterval.of(pairs, confidence), McNemar.p(pairs))
        : of(
            pairs,
            ClusteredInterval.difference(clusters),
            ClusteredInterval.of(clusters, confidence),
            SignFlip.p(clusters));
  }

  private static PairedDifference of(Pairs pairs, double difference, Interval interval, double p) {
    return new PairedDifference(
        pairs.questions(), pairs.lost(), pairs.gained(), difference, interval, p);
  }

  /** Share of the questions on which the policies differ. */
  public double discordance() {
    return (double) (lost + gained) / questions;
  }
}
