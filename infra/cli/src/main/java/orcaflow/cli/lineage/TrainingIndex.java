package orcaflow.cli.lineage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.OffsetSpan;
import orcaflow.events.Policy;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.log.RecordPosition;

/**
 * Which steps learnt from which rows, and which policies they are part of. It keeps the offsets
 * that the steps say they consumed, and where the steps are. Thread-safe.
 */
public final class TrainingIndex {

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Map<Log, Spans> consumed = new HashMap<>();
  private final Map<String, List<String>> setAside = new HashMap<>();
  private final List<PolicySteps> policies = new ArrayList<>();

  /**
   * A step.
   *
   * @param id {@code M2/7}
   */
  record Step(String id, String iteration, int step, RecordPosition position) {}

  private record Log(String topic, int partition) {}

  /** A policy is made of its iteration's steps up to its own. */
  private record PolicySteps(String version, String iteration, int step) {

    boolean isOf(Step other) {
      return iteration.equals(other.iteration()) && other.step() <= step;
    }
  }

  /** Spans of a partition that steps consumed, as columns. */
  private static final class Spans {
    private static final int FIRST = 64;
    private long[] from = new long[FIRST];
    private long[] to = new long[FIRST];
    private int[] step = new int[FIRST];
    private int size;

    void add(OffsetSpan span, int number) {
      if (size == step.length) {
        from = Arrays.copyOf(from, 2 * size);
        to = Arrays.copyOf(to, 2 * size);
        step = Arrays.copyOf(step, 2 * size);
      }
      from[size] = span.getFrom();
      to[size] = span.getTo();
      step[size++] = number;
    }

    IntStream with(long offset) {
      return IntStream.range(0, size)
          .filter(i -> from[i] <= offset && offset < to[i])
          .map(i -> step[i]);
    }
  }

  /** A step that was written twice, around a kill, is one. */
  public synchronized void add(TrainingStep step, RecordPosition position) {
    int number = steps.size();
    if (numbers.putIfAbsent(step.getId(), number) != null) {
      return;
    }
    steps.add(new Step(step.getId(), step.getIteration(), step.getStep(), position));
    for (ConsumedOffsets some : step.getConsumed()) {
      Spans spans =
          consumed.computeIfAbsent(
              new Log(some.getTopic(), some.getPartition()), log -> new Spans());
      some.getSpans().forEach(span -> spans.add(span, number));
    }
  }

  public synchronized void add(SetAsideBatch batch) {
    batch
        .getProblems()
        .forEach(
            problem ->
                setAside.computeIfAbsent(problem, p -> new ArrayList<>()).add(batch.getId()));
  }

  public synchronized void add(Policy policy) {
    policies.add(new PolicySteps(policy.getVersion(), policy.getName(), policy.getStep()));
  }

  /** Ids of all steps, in the order they were taken. */
  public synchronized List<String> ids() {
    return steps.stream().map(Step::id).toList();
  }

  /** Steps of this id, or of this number in any iteration. */
  synchronized List<Step> named(String id) {
    Integer number = numbers.get(id);
    return number != null
        ? List.of(steps.get(number))
        : steps.stream().filter(step -> Integer.toString(step.step()).equals(id)).toList();
  }

  /** Runs whose rows the steps consumed. */
  synchronized Set<String> runs() {
    Set<String> runs = new TreeSet<>();
    consumed.keySet().forEach(log -> runs.add(log.topic().substring(0, log.topic().indexOf('.'))));
    return runs;
  }

  /** Steps that learnt from one of these rows, in the order they were taken. */
  synchronized List<Step> on(Collection<RecordPosition> rows) {
    return rows.stream()
        .flatMapToInt(
            row -> {
              Spans spans = consumed.get(new Log(row.topic(), row.partition()));
              return spans == null ? IntStream.empty() : spans.with(row.offset());
            })
        .sorted()
        .distinct()
        .mapToObj(steps::get)
        .toList();
  }

  /** Batches that were set aside and held a row of the problem. */
  synchronized List<String> setAside(String problem) {
    return List.copyOf(setAside.getOrDefault(problem, List.of()));
  }

  /** Versions of the policies that one of the steps is part of. */
  synchronized List<String> policiesOf(Collection<Step> learnt) {
    return policies.stream()
        .filter(policy -> learnt.stream().anyMatch(policy::isOf))
        .map(PolicySteps::version)
        .toList();
  }
}
