package orcaflow.cli.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictValue;

/**
 * How often the problems of each iteration were solved: a histogram of the right rollouts of each
 * group. Groups in which all rollouts are right, or none, teach an objective that compares rollouts
 * nothing. Thread-safe.
 */
public final class SolveRates {

  private final Map<Integer, Histogram> complete = new TreeMap<>();
  private final Map<String, Partial> partial = new HashMap<>();

  /** A group of which rollouts are missing so far. */
  private record Partial(int iteration, int right, int rollouts) {
    Partial with(Partial more) {
      return new Partial(iteration, right + more.right, rollouts + more.rollouts);
    }
  }

  /** The complete groups of an iteration. */
  private static final class Histogram {
    private final TreeMap<Integer, Long> byRight = new TreeMap<>();
    private int most;
    private long groups;
    private long mixed;

    void add(Partial group) {
      byRight.merge(group.right(), 1L, Long::sum);
      most = Math.max(most, group.rollouts());
      groups++;
      mixed += group.right() > 0 && group.right() < group.rollouts() ? 1 : 0;
    }
  }

  /**
   * The groups of an iteration.
   *
   * @param groups number of groups with all their rollouts
   * @param byRight for 0, 1, ... right rollouts the number of such groups
   * @param mixed share of groups with right rollouts and others
   * @param partial number of groups of which rollouts are missing
   */
  public record Row(int iteration, long groups, List<Long> byRight, double mixed, long partial) {}

  /** Counts a group, or what completes one. */
  public synchronized void count(GradedRollout group) {
    Partial counted =
        new Partial(
            group.getIteration(),
            (int) group.getCompletions().stream().filter(SolveRates::isRight).count(),
            group.getCompletions().size());
    String request = Optional.ofNullable(group.getRequestId()).orElse(group.getId());
    Partial known = partial.remove(request);
    Partial all = known == null ? counted : known.with(counted);
    if (all.rollouts() < group.getSamples()) {
      partial.put(request, all);
    } else {
      complete.computeIfAbsent(all.iteration(), iteration -> new Histogram()).add(all);
    }
  }

  private static boolean isRight(GradedCompletion completion) {
    return completion.getVerdict() == VerdictValue.MATCH;
  }

  /** Iteration by iteration. */
  public synchronized List<Row> rows() {
    Map<Integer, Long> open = new TreeMap<>();
    partial.values().forEach(group -> open.merge(group.iteration(), 1L, Long::sum));
    open.keySet().forEach(iteration -> complete.computeIfAbsent(iteration, i -> new Histogram()));
    int most = complete.values().stream().mapToInt(histogram -> histogram.most).max().orElse(0);
    List<Row> rows = new ArrayList<>();
    complete.forEach(
        (iteration, histogram) ->
            rows.add(row(iteration, histogram, most, open.getOrDefault(iteration, 0L))));
    return rows;
  }

  private static Row row(int iteration, Histogram histogram, int most, long open) {
    List<Long> byRight = new ArrayList<>();
    for (int right = 0; right <= most; right++) {
      byRight.add(histogram.byRight.getOrDefault(right, 0L));
    }
    double mixed = histogram.groups == 0 ? 0 : (double) histogram.mixed / histogram.groups;
    return new Row(iteration, histogram.groups, byRight, mixed, open);
  }
}
