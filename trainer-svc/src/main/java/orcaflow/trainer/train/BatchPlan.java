package orcaflow.trainer.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Which rows make up which batch: a function of rows, batch size and seed alone. The position in
 * the data is therefore the number of steps done, and nothing else needs to be kept to go on.
 *
 * <p>Each epoch has its own order. What does not fill a batch at an epoch's end is left for other
 * epochs to pick up; fewer rows than one batch make one smaller batch.
 */
final class BatchPlan {

  /** The batches of one epoch. */
  private interface Epochs {
    List<int[]> of(int epoch);
  }

  private final Epochs epochs;
  private int first;
  private int epoch;
  private List<int[]> batches;

  private BatchPlan(Epochs epochs) {
    this.epochs = epochs;
    rewind();
  }

  /** Rows shuffled, then cut. */
  static BatchPlan plain(int rows, int batch, long seed) {
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
  static BatchPlan spread(List<String> problems, int batch, long seed) {
    Map<String, List<Integer>> rows = new TreeMap<>();
    for (int row = 0; row < problems.size(); row++) {
      rows.computeIfAbsent(problems.get(row), p -> new ArrayList<>()).add(row);
    }
    if (rows.size() < 2) {
      throw new IllegalArgumentException(
          "KTO needs rows of at least two problems; there are " + rows.size());
    }
    List<List<Integer>> groups = List.copyOf(rows.values());
    return new BatchPlan(
        epoch -> dealt(groups, problems, batch, Shuffle.random(seed, epoch)).stream().toList());
  }

  /** Row numbers of a step, counted from 0. */
  int[] batch(int step) {
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

  /** Deals the rows, problem after problem, to the batches in turn, as cards are dealt. */
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
