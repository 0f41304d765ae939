package orcaflow.cli.heldout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orcaflow.agents.seed.SeedProblem;
import orcaflow.streams.overlap.AlikeIndex;
import orcaflow.streams.overlap.Shingles;

/**
 * Problems by family: two are of one family if they share 0.7 of their runs of three words, with
 * every number taken for the same word, or if a third one is of the family of both.
 */
final class Families {

  private static final double ALIKE = 0.7;
  private static final Shingles RUNS = new Shingles(3, true);

  private Families() {}

  /** The families, each in the order of the problems. */
  static Collection<List<SeedProblem>> of(List<SeedProblem> problems) {
    int[] first = new int[problems.size()];
    AlikeIndex index = new AlikeIndex(ALIKE);
    for (int i = 0; i < first.length; i++) {
      int place = i;
      first[place] = place;
      long[] runs = RUNS.of(problems.get(place).question());
      index.search(runs, (other, overlap) -> join(first, place, other));
      index.add(runs);
    }
    Map<Integer, List<SeedProblem>> families = new LinkedHashMap<>();
    for (int i = 0; i < first.length; i++) {
      families.computeIfAbsent(root(first, i), unknown -> new ArrayList<>()).add(problems.get(i));
    }
    return families.values();
  }

  private static void join(int[] first, int one, int other) {
    int a = root(first, one);
    int b = root(first, other);
    first[Math.max(a, b)] = Math.min(a, b);
  }

  private static int root(int[] first, int place) {
    int root = place;
    while (first[root] != root) {
      first[root] = first[first[root]];
      root = first[root];
    }
    return root;
  }
}
