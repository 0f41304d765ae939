package orcaflow.cli.contamination;

import java.util.Comparator;
import java.util.List;

/**
 * A question of the benchmark and a problem near it.
 *
 * @param benchmarkLine line of the question in its file, from 1
 * @param cosine of their TF-IDF weights
 * @param jaccard overlap of their n-gram sets for n = 1, 2, ... until one has none
 * @param exact whether they are equal once case, punctuation and spaces are set aside
 */
public record NearPair(
    String benchmarkId,
    long benchmarkLine,
    String corpusId,
    double cosine,
    List<Double> jaccard,
    boolean exact) {

  /** Above this overlap a pair is flagged, as in the paper. */
  public static final double LIMIT = 0.5;

  /** Exact copies first, then by overlap at n = 1, 2, ..., then by cosine. */
  static final Comparator<NearPair> WORST_FIRST =
      Comparator.comparing(NearPair::exact)
          .thenComparing(NearPair::jaccard, NearPair::compareLevels)
          .thenComparingDouble(NearPair::cosine)
          .reversed()
          .thenComparingLong(NearPair::benchmarkLine)
          .thenComparing(NearPair::corpusId);

  public NearPair {
    jaccard = List.copyOf(jaccard);
  }

  boolean flagged(int n) {
    return n <= jaccard.size() && jaccard.get(n - 1) > LIMIT;
  }

  /** Whether no n-gram length, of those that both texts have, lets the pair off. */
  boolean flaggedAtEvery() {
    return !jaccard.isEmpty() && jaccard.stream().allMatch(overlap -> overlap > LIMIT);
  }

  private static int compareLevels(List<Double> a, List<Double> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = Double.compare(a.get(i), b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}
