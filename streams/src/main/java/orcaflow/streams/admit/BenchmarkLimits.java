package orcaflow.streams.admit;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How similar a problem may be to a benchmark question. An equal question is always rejected.
 *
 * @param ngrams by n, 1 to 8: the Jaccard overlap of n-gram sets above which it is rejected
 * @param cosine the TF-IDF cosine from which on it is rejected
 */
public record BenchmarkLimits(Map<Integer, Double> ngrams, Optional<Double> cosine) {

  /** Only equal questions are rejected. */
  public static final BenchmarkLimits NONE = new BenchmarkLimits(Map.of(), Optional.empty());

  /** Longest n-grams compared, as in the report. */
  static final int LONGEST = 8;

  public BenchmarkLimits {
    ngrams = ngrams == null ? Map.of() : new TreeMap<>(ngrams);
    ngrams.forEach(
        (n, limit) -> {
          if (n < 1 || n > LONGEST) {
            throw new IllegalArgumentException(
                "admit.benchmark.ngrams has n = %d: use 1 to %d".formatted(n, LONGEST));
          }
          if (!(limit >= 0 && limit < 1)) {
            throw new IllegalArgumentException(
                "admit.benchmark.ngrams.%d is %s: use 0 or more and less than 1"
                    .formatted(n, limit));
          }
        });
    cosine.ifPresent(
        limit -> {
          if (!(limit > 0 && limit <= 1)) {
            throw new IllegalArgumentException(
                "admit.benchmark.cosine is %s: use more than 0 and at most 1".formatted(limit));
          }
        });
  }

  boolean none() {
    return ngrams.isEmpty() && cosine.isEmpty();
  }
}
