package orcaflow.trainer.evaluate.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * How a second policy differs from a first one on the same questions.
 *
 * @param questions all of them
 * @param lost questions with fewer right answers than before
 * @param gained questions with more right answers than before
 * @param difference pass@1 of the second less that of the first
 * @param interval of the difference, 95 %
 * @param p exact, two-sided
 */
public record PairedDifference(
    int questions, int lost, int gained, double difference, Interval interval, double p) {

  /**
   * Compares. With one answer to each question by {@link ScoreInterval} and {@link McNemar}; with
   * several by {@link ClusteredInterval} and {@link SignFlip}, each question a family of its own.
   *
   * @param first right answers to each question
   * @param second the same questions in the same order
   * @param samples answers to each question
   */
  public static PairedDifference of(int[] first, int[] second, int samples) {
    if (first.length != second.length || first.length == 0) {
      throw new IllegalArgumentException(
          "%d questions against %d".formatted(first.length, second.length));
    }
    int lost = 0;
    int gained = 0;
    List<Cluster> questions = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      lost += second[i] < first[i] ? 1 : 0;
      gained += second[i] > first[i] ? 1 : 0;
      questions.add(new Cluster(second[i] - first[i], samples));
    }
    Pairs pairs = new Pairs(first.length, lost, gained);
    return samples == 1
        ? of(pairs, pairs.difference(), ScoreInterval.of(pairs), McNemar.p(pairs))
        : of(
            pairs,
            ClusteredInterval.difference(questions),
            ClusteredInterval.of(questions),
            SignFlip.p(questions));
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
