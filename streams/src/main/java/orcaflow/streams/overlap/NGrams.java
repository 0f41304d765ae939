package orcaflow.streams.overlap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The overlap of two texts, as sets of runs of n tokens. */
public final class NGrams {

  private NGrams() {}

  /**
   * Jaccard overlap (shared / all distinct) of the n-gram sets for n = 1, 2, ... up to {@code
   * longest}, or until one of the texts is shorter than n. Exact: a run of n tokens is identified
   * by its last token and by the place of its first n - 1 tokens among all runs of both texts.
   */
  public static List<Double> overlaps(int[] a, int[] b, int longest) {
    List<Double> overlaps = new ArrayList<>();
    int[] placesInA = new int[a.length];
    int[] placesInB = new int[b.length];
    int levels = Math.min(longest, Math.min(a.length, b.length));
    for (int n = 1; n <= levels; n++) {
      long[] runsOfA = runs(placesInA, a, n);
      long[] runsOfB = runs(placesInB, b, n);
      long[] all = distinct(runsOfA, runsOfB);
      boolean[] inA = place(runsOfA, all, placesInA);
      boolean[] inB = place(runsOfB, all, placesInB);
      int shared = 0;
      for (int run = 0; run < all.length; run++) {
        shared += inA[run] && inB[run] ? 1 : 0;
      }
      overlaps.add((double) shared / all.length);
    }
    return List.copyOf(overlaps);
  }

  private static long[] distinct(long[] a, long[] b) {
    long[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    Arrays.sort(all);
    int size = 0;
    for (long run : all) {
      if (size == 0 || run != all[size - 1]) {
        all[size++] = run;
      }
    }
    return Arrays.copyOf(all, size);
  }

  private static long[] runs(int[] places, int[] text, int n) {
    long[] runs = new long[text.length - n + 1];
    for (int begin = 0; begin < runs.length; begin++) {
      runs[begin] = (long) places[begin] << Integer.SIZE | text[begin + n - 1];
    }
    return runs;
  }

  private static boolean[] place(long[] runs, long[] all, int[] places) {
    boolean[] there = new boolean[all.length];
    for (int begin = 0; begin < runs.length; begin++) {
      places[begin] = Arrays.binarySearch(all, runs[begin]);
      there[places[begin]] = true;
    }
    return there;
  }
}
