package orcaflow.schemas.alike;

import java.util.List;

/**
 * Problems by family: two are of one family if they share 0.7 of their runs of three words, with
 * every number taken for the same word, or if a third one is of the family of both.
 */
public final class Families {

  private static final double ALIKE = 0.7;
  private static final Shingles RUNS = new Shingles(3, true);

  private final int[] parents;

  private Families(int size) {
    parents = new int[size];
    for (int i = 0; i < size; i++) {
      parents[i] = i;
    }
  }

  /**
   * The families of some questions.
   *
   * @return for each question the index of the first one of its family
   */
  public static int[] of(List<String> questions) {
    Families families = new Families(questions.size());
    AlikeIndex index = new AlikeIndex(ALIKE);
    for (int i = 0; i < questions.size(); i++) {
      int place = i;
      long[] runs = RUNS.of(questions.get(place));
      index.search(runs, (other, overlap) -> families.join(place, other));
      index.add(runs);
    }
    int[] first = new int[questions.size()];
    for (int i = 0; i < first.length; i++) {
      first[i] = families.root(i);
    }
    return first;
  }

  private void join(int one, int other) {
    int a = root(one);
    int b = root(other);
    parents[Math.max(a, b)] = Math.min(a, b);
  }

  private int root(int place) {
    int root = place;
    while (parents[root] != root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  }
}
