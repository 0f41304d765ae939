package orcaflow.cli.contamination;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How much two texts share, as sets of runs of n tokens. */
final class NGrams {

  private NGrams() {}

  /**
   * Jaccard overlap (shared / all distinct) of the n-gram sets for n = 1, 2, ... up to {@code
   * longest}, or until one of the texts is shorter than n.
   */
  static List<Double> overlaps(int[] a, int[] b, int longest) {
    return IntStream.rangeClosed(1, Math.min(longest, Math.min(a.length, b.length)))
        .mapToObj(n -> jaccard(of(a, n), of(b, n)))
        .toList();
  }

  /** The distinct runs of {@code n} tokens. */
  static Set<List<Integer>> of(int[] text, int n) {
    return IntStream.rangeClosed(0, text.length - n)
        .mapToObj(begin -> Arrays.stream(text, begin, begin + n).boxed().toList())
        .collect(Collectors.toSet());
  }

  private static double jaccard(Set<List<Integer>> a, Set<List<Integer>> b) {
    Set<List<Integer>> shared = new HashSet<>(a);
    shared.retainAll(b);
    return (double) shared.size() / (a.size() + b.size() - shared.size());
  }
}
