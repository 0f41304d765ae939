package orcaflow.bench.contamination;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import orcaflow.schemas.Ids;

/**
 * Near-duplicates the plain way, to check the other one: sets of runs of words as strings, an
 * inverted index without any cut, and the definition of Jaccard overlap. Nothing is shared with the
 * code that is measured but what a word is.
 */
final class InvertedIndex {

  private InvertedIndex() {}

  /**
   * The pairs {@code "i j"}, j < i, with an overlap of at least the threshold, for every so many-th
   * i.
   */
  static Set<String> pairs(List<String> texts, int words, double threshold, int every) {
    Map<String, List<Integer>> having = new HashMap<>();
    for (int i = 0; i < texts.size(); i += every) {
      runs(texts.get(i), words).forEach(run -> having.put(run, new ArrayList<>()));
    }
    int[] sizes = new int[texts.size()];
    int[] shared = new int[texts.size()];
    Set<String> pairs = new TreeSet<>();
    for (int i = 0; i < texts.size(); i++) {
      Set<String> runs = runs(texts.get(i), words);
      sizes[i] = runs.size();
      if (i % every == 0) {
        Arrays.fill(shared, 0);
        runs.forEach(run -> having.get(run).forEach(j -> shared[j]++));
        for (int j = 0; j < i; j++) {
          if ((double) shared[j] / (sizes[i] + sizes[j] - shared[j]) >= threshold) {
            pairs.add(i + " " + j);
          }
        }
      }
      for (String run : runs) {
        List<Integer> list = having.get(run);
        if (list != null) {
          list.add(i);
        }
      }
    }
    return pairs;
  }

  private static Set<String> runs(String text, int words) {
    String[] all = Ids.normalised(text).split(" ");
    Set<String> runs = new HashSet<>();
    for (int begin = 0; begin + words <= all.length; begin++) {
      runs.add(String.join(" ", Arrays.asList(all).subList(begin, begin + words)));
    }
    return runs.isEmpty() ? Set.of(String.join(" ", all)) : runs;
  }
}
