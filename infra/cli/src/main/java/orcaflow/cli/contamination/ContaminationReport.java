package orcaflow.cli.contamination;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What the pairs say about a benchmark.
 *
 * @param questions questions of the benchmark
 * @param wordlessQuestions those of them without a word that counts: only exact copies are found
 * @param problems problems they were compared with
 * @param pairs pairs compared
 * @param exactPairs pairs of equal texts
 * @param exactQuestions questions with at least one exact copy
 * @param levels counts for each n
 * @param everyLevelPairs pairs above the limit at every n that both texts have
 * @param everyLevelQuestions questions with at least one such pair
 * @param worst the worst pairs, worst first
 */
public record ContaminationReport(
    int questions,
    int wordlessQuestions,
    int problems,
    int pairs,
    int exactPairs,
    int exactQuestions,
    List<Level> levels,
    int everyLevelPairs,
    int everyLevelQuestions,
    List<NearPair> worst) {

  /** Longest n-grams looked at. */
  static final int LONGEST = 8;

  private static final int WORST = 5;

  /**
   * Counts for one n.
   *
   * @param pairs pairs whose overlap is above the limit
   * @param questions questions with at least one such pair
   */
  public record Level(int n, int pairs, int questions) {}

  static ContaminationReport of(
      int questions, int wordlessQuestions, int problems, List<NearPair> pairs) {
    return new ContaminationReport(
        questions,
        wordlessQuestions,
        problems,
        pairs.size(),
        pairs(pairs, NearPair::exact),
        questions(pairs, NearPair::exact),
        IntStream.rangeClosed(1, LONGEST)
            .mapToObj(
                n ->
                    new Level(
                        n,
                        pairs(pairs, pair -> pair.flagged(n)),
                        questions(pairs, pair -> pair.flagged(n))))
            .toList(),
        pairs(pairs, NearPair::flaggedAtEvery),
        questions(pairs, NearPair::flaggedAtEvery),
        pairs.stream().sorted(NearPair.WORST_FIRST).limit(WORST).toList());
  }

  private static int pairs(List<NearPair> pairs, Predicate<NearPair> which) {
    return (int) pairs.stream().filter(which).count();
  }

  private static int questions(List<NearPair> pairs, Predicate<NearPair> which) {
    return (int) pairs.stream().filter(which).mapToLong(NearPair::benchmarkLine).distinct().count();
  }
}
