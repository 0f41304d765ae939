package orcaflow.trainer.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Which rows make up which batch: a function of rows, batch size and seed alone. The position in
 * the data is therefore the number of batches done, and nothing else needs to be kept to continue.
 *
 * <p>Each epoch has its own order. What does not fill a batch at an epoch's end is left for other
 * epochs to pick up; fewer rows than one batch make one smaller batch.
 */
public final class BatchPlan {

  /** The batches of one epoch. */
  private interface Epochs {
    List<int[]> of(int epoch);
  }

  /** Rows of about one length are grouped within this number of batches. */
  private static final int WINDOW = 16;

  private final Epochs epochs;
  private int first;
  private int epoch;
  private List<int[]> batches;

  private BatchPlan(Epochs epochs) {
    this.epochs = epochs;
    rewind();
  }

  /** Rows shuffled, then cut. */
  public static BatchPlan plain(int rows, int batch, long seed) {
    if (rows < 1) {
      throw new IllegalArgumentException("no rows, no batches");
    }
    int size = Math.min(batch, rows);
    return new BatchPlan(
        epoch -> {
          int[] order = Shuffle.order(rows, seed, epoch);
          List<int[]> batches = new ArrayList<>();
          for (int from = 0; from + size <= rows; from += size) {
            batches.add(Arrays.copyOfRange(order, from, from + size));
          }
          return batches;
        });
  }

  /**
   * For KTO, whose mismatched pairs come from rotating a batch by one: rows of one problem go to
   * different batches where there are enough of them, and never stand side by side in one, the last
   * and the first included. A problem that has more than half of all rows gives up the excess.
   *
   * @param problems for each row its problem
   * @throws IllegalArgumentException if all rows belong to one problem
   */
  public static BatchPlan spread(List<String> problems, int batch, long seed) {
    List<List<Integer>> groups = groups(problems);
    return new BatchPlan(
        epoch -> dealt(groups, problems, batch, Shuffle.random(seed, epoch)).stream().toList());
  }

  /**
   * Rows of about one length together: the order is cut into windows of {@value #WINDOW} batches,
   * each is sorted by length, not too exactly, and cut into batches, and the batches of all windows
   * are shuffled. So lengths are mixed from step to step, and rows still meet others in the next
   * epoch.
   *
   * @param lengths for each row its tokens
   */
  public static BatchPlan byLength(int[] lengths, int batch, long seed) {
    if (lengths.length < 1) {
      throw new IllegalArgumentException("no rows, no batches");
    }
    int size = Math.min(batch, lengths.length);
    return new BatchPlan(
        epoch -> {
          Random random = Shuffle.random(seed, epoch);
          List<Integer> order =
              shuffled(IntStream.range(0, lengths.length).boxed().toList(), random);
          double[] blurred = blurred(lengths, random);
          List<int[]> batches = new ArrayList<>();
          for (List<Integer> window : windows(order, size)) {
            batches.addAll(alike(window, blurred, size, Object::toString));
          }
          return shuffled(batches, random);
        });
  }

  /**
   * The same for KTO, with its rules of {@link #spread}: a batch takes the next longer row of a
   * problem it does not have yet, as long as there is one. Rows that cannot be kept apart so are
   * left for other epochs.
   */
  public static BatchPlan spreadByLength(
      List<String> problems, int[] lengths, int batch, long seed) {
    List<List<Integer>> groups = groups(problems);
    return new BatchPlan(
        epoch -> {
          Random random = Shuffle.random(seed, epoch);
          List<Integer> rows = inProblemOrder(groups, random);
          List<Integer> order = shuffled(rows, random);
          List<int[]> batches = new ArrayList<>();
          double[] blurred = blurred(lengths, random);
          int size = Math.min(batch, order.size());
          for (List<Integer> window : windows(order, size)) {
            for (int[] hand : alike(window, blurred, size, problems::get)) {
              int[] ring = apart(Arrays.stream(hand).boxed().toList(), problems);
              if (ring.length >= 2) {
                batches.add(ring);
              }
            }
          }
          return batches.isEmpty()
              ? dealt(groups, problems, batch, random)
              : shuffled(batches, random);
        });
  }

  /**
   * The same plan for some rows of many.
   *
   * @param rows the numbers of those that this plan counts from 0
   */
  BatchPlan of(int[] rows) {
    Epochs counted = epochs;
    return new BatchPlan(
        epoch ->
            counted.of(epoch).stream()
                .map(batch -> Arrays.stream(batch).map(row -> rows[row]).toArray())
                .toList());
  }

  /** Row numbers of a step, counted from 0. */
  public int[] batch(int step) {
    if (step < first) {
      rewind();
    }
    while (step >= first + batches.size()) {
      first += batches.size();
      epoch++;
      batches = epochs.of(epoch);
    }
    return batches.get(step - first).clone();
  }

  private void rewind() {
    first = 0;
    epoch = 0;
    batches = epochs.of(0);
  }

  private static List<List<Integer>> groups(List<String> problems) {
    Map<String, List<Integer>> rows = new TreeMap<>();
    for (int row = 0; row < problems.size(); row++) {
      rows.computeIfAbsent(problems.get(row), p -> new ArrayList<>()).add(row);
    }
    if (rows.size() < 2) {
      throw new IllegalArgumentException(
          "KTO needs rows of at least two problems; there are " + rows.size());
    }
    return List.copyOf(rows.values());
  }

  /**
   * Cuts the order into windows of whole batches; rows that fill no batch at the end are left out.
   */
  private static List<List<Integer>> windows(List<Integer> order, int batch) {
    int whole = order.size() / batch * batch;
    List<List<Integer>> windows = new ArrayList<>();
    for (int from = 0; from < whole; from += WINDOW * batch) {
      windows.add(order.subList(from, Math.min(whole, from + WINDOW * batch)));
    }
    return windows;
  }

  /**
   * Batches of a window, the shortest rows first. Each takes rows of different kinds as long as
   * there are any, then again from the shortest.
   */
  private static List<int[]> alike(
      List<Integer> window, double[] lengths, int batch, Function<Integer, String> kind) {
    List<Integer> left = new ArrayList<>(window);
    left.sort(Comparator.comparingDouble(row -> lengths[row]));
    List<int[]> batches = new ArrayList<>();
    while (!left.isEmpty()) {
      List<Integer> hand = new ArrayList<>();
      while (hand.size() < batch) {
        Set<String> kinds = new HashSet<>();
        for (Iterator<Integer> rows = left.iterator(); rows.hasNext() && hand.size() < batch; ) {
          int row = rows.next();
          if (kinds.add(kind.apply(row))) {
            hand.add(row);
            rows.remove();
          }
        }
      }
      batches.add(hand.stream().mapToInt(Integer::intValue).toArray());
    }
    return batches;
  }

  /** Lengths up to a tenth larger: few rows, too, then meet others in each epoch. */
  private static double[] blurred(int[] lengths, Random random) {
    return Arrays.stream(lengths).mapToDouble(n -> n * (1 + 0.1 * random.nextDouble())).toArray();
  }

  private static <T> List<T> shuffled(List<T> all, Random random) {
    return Arrays.stream(Shuffle.shuffled(all.size(), random)).mapToObj(all::get).toList();
  }

  /** Deals the rows, problem after problem, to the batches in turn. */
  private static List<int[]> dealt(
      List<List<Integer>> groups, List<String> problems, int batch, Random random) {
    List<Integer> rows = inProblemOrder(groups, random);
    int count = Math.max(1, rows.size() / batch);
    int dealt = Math.min(rows.size(), count * batch);
    List<List<Integer>> hands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hands.add(new ArrayList<>());
    }
    for (int i = 0; i < dealt; i++) {
      hands.get(i % count).add(rows.get(i));
    }
    List<int[]> batches = new ArrayList<>();
    for (int hand : Shuffle.shuffled(count, random)) {
      batches.add(apart(hands.get(hand), problems));
    }
    return batches;
  }

  private static List<Integer> inProblemOrder(List<List<Integer>> groups, Random random) {
    int all = groups.stream().mapToInt(List::size).sum();
    List<Integer> rows = new ArrayList<>(all);
    for (int g : Shuffle.shuffled(groups.size(), random)) {
      List<Integer> group = groups.get(g);
      int keep = Math.min(group.size(), all - group.size());
      int[] order = Shuffle.shuffled(group.size(), random);
      for (int i = 0; i < keep; i++) {
        rows.add(group.get(order[i]));
      }
    }
    return rows;
  }

  /**
   * Arranges a batch as a ring without equal neighbours: the largest problem first, on every second
   * place, then on the places between. No problem may have more than half of the places.
   */
  static int[] apart(List<Integer> hand, List<String> problems) {
    Map<String, List<Integer>> byProblem = new LinkedHashMap<>();
    hand.forEach(
        row -> byProblem.computeIfAbsent(problems.get(row), p -> new ArrayList<>()).add(row));
    List<List<Integer>> groups = new ArrayList<>(byProblem.values());
    groups.sort((a, b) -> Integer.compare(b.size(), a.size()));
    int others = hand.size() - groups.get(0).size();
    while (groups.get(0).size() > others) {
      groups.get(0).remove(groups.get(0).size() - 1);
    }
    List<Integer> sorted = groups.stream().flatMap(List::stream).toList();
    int[] ring = new int[sorted.size()];
    int place = 0;
    for (int row : sorted) {
      ring[place] = row;
      place = place + 2 < ring.length || place % 2 == 1 ? place + 2 : 1;
    }
    return ring;
  }
}
