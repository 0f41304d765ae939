package orcaflow.schemas.alike;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An index of sets of shingles: finds all sets whose Jaccard overlap with a given set is at least a
 * threshold. Exact: nothing is estimated and nothing is missed, which MinHash with banding cannot
 * promise.
 *
 * <p>Prefix filtering (Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", WWW 2007)
 * with the positional filter of PPJoin (Xiao, Wang, Lin and Yu, WWW 2008). Let sets be sorted by
 * one order. For an overlap of t, two sets x and y must share at least t/(1+t) * (|x| + |y|)
 * members; so they share one among the first |x| - ceil(t |x|) + 1 of x and the first |y| - ceil(t
 * |y|) + 1 of y, and only those are indexed. The first member they share also bounds what can
 * follow it. The rarer the members at the front, the less there is to look at; {@link Shingles}
 * puts long ones there.
 *
 * <p>Most sets that share such a member share little else. They are excluded by a signature of 64
 * bits, in which each member flips one bit: signatures differ in at most |x| + |y| - 2 |shared|
 * bits (the bitmap filter of Sandes, Teodoro and Melo, Information Systems 2020).
 *
 * <p>A set takes about {@code 8 |x|} bytes, and up to 64 for each of its members in front. Not for
 * use by several threads at once.
 */
public final class AlikeIndex {

  /** Receives the sets that were found. */
  @FunctionalInterface
  public interface Finding {
    /**
     * @param number of the set, from 0 in the order in which they were added
     * @param overlap Jaccard overlap, shared / all distinct
     */
    void take(int number, double overlap);
  }

  /** Keeps a product such as 0.7 * 10 from being rounded up to 8. */
  private static final double ROUNDING = 1e-9;

  private final double threshold;

  /** t/(1+t): of the members of both sets together, those that must be shared. */
  private final double share;

  private final List<long[]> sets = new ArrayList<>();
  private final Postings postings = new Postings();

  /** The search in which a set was last compared, so that each search compares it once. */
  private int[] compared = new int[1 << 8];

  private long[] signatures = new long[1 << 8];

  private int searches;

  /**
   * @param threshold above 0, at most 1
   */
  public AlikeIndex(double threshold) {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "threshold is %s: use more than 0 and at most 1".formatted(threshold));
    }
    this.threshold = threshold;
    this.share = threshold / (1 + threshold);
  }

  /** Number of sets. */
  public int size() {
    return sets.size();
  }

  /** Adds a set, ascending and without repeats. */
  public void add(long[] set) {
    if (set.length > Postings.LARGEST) {
      throw new IllegalArgumentException(
          "a set has %d members: use at most %d".formatted(set.length, Postings.LARGEST));
    }
    int number = sets.size();
    sets.add(set);
    if (number == compared.length) {
      compared = Arrays.copyOf(compared, 2 * number);
      signatures = Arrays.copyOf(signatures, 2 * number);
    }
    signatures[number] = signature(set);
    for (int place = 0; place < prefix(set); place++) {
      postings.add(set[place], number, set.length, place);
    }
  }

  /** Finds every set whose overlap with {@code set} is at least the threshold, in any order. */
  public void search(long[] set, Finding finding) {
    searches++;
    long signature = signature(set);
    int prefix = prefix(set);
    for (int place = 0; place < prefix; place++) {
      long[] found = postings.of(set[place]);
      int size = (int) found[0];
      for (int i = 1; i <= size; i++) {
        int number = Postings.number(found[i]);
        int both = set.length + Postings.size(found[i]);
        int needed = ceil(share * both);
        if (both - Long.bitCount(signature ^ signatures[number]) >= 2 * needed
            && compared[number] != searches) {
          compared[number] = searches;
          compare(set, place, number, Postings.place(found[i]), needed, finding);
        }
      }
    }
  }

  /** Jaccard overlap of two sets, each ascending and without repeats; 0 if both are empty. */
  public static double overlap(long[] a, long[] b) {
    int shared = shared(a, 0, b, 0, 0);
    int all = a.length + b.length - shared;
    return all == 0 ? 0 : (double) shared / all;
  }

  /** Compares both sets, from the first member they share. */
  private void compare(
      long[] x, int placeInX, int number, int placeInY, int needed, Finding finding) {
    long[] y = sets.get(number);
    int shared = shared(x, placeInX, y, placeInY, needed);
    double overlap = (double) shared / (x.length + y.length - shared);
    if (shared >= needed && overlap >= threshold) {
      finding.take(number, overlap);
    }
  }

  /** Members shared from these places on; gives up once {@code needed} is out of reach. */
  private static int shared(long[] x, int i, long[] y, int j, int needed) {
    int shared = 0;
    while (i < x.length && j < y.length) {
      if (shared + Math.min(x.length - i, y.length - j) < needed) {
        return 0;
      }
      if (x[i] == y[j]) {
        shared++;
        i++;
        j++;
      } else if (x[i] < y[j]) {
        i++;
      } else {
        j++;
      }
    }
    return shared;
  }

  /** Each member flips one of 64 bits. */
  private static long signature(long[] set) {
    long signature = 0;
    for (long member : set) {
      signature ^= 1L << (member * Postings.SPREAD >>> 58);
    }
    return signature;
  }

  private int prefix(long[] set) {
    return set.length == 0 ? 0 : set.length - ceil(threshold * set.length) + 1;
  }

  private static int ceil(double value) {
    return (int) Math.ceil(value - ROUNDING);
  }
}
