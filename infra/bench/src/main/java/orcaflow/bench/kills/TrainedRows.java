package orcaflow.bench.kills;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;

/**
 * Which rows were trained, from the step records: each has the offsets of its batch. For recipes of
 * one pass ({@code epochs: 1}), where no row may be in two steps.
 */
final class TrainedRows {

  /** A row by its place. */
  record Place(String topic, int partition, long offset) {}

  private final List<Iteration> iterations;
  private final List<TrainingStep> steps;
  private final Map<Place, Integer> times = new HashMap<>();

  TrainedRows(List<Iteration> iterations, List<TrainingStep> steps) {
    this.iterations = iterations;
    this.steps = steps;
    steps.stream()
        .flatMap(step -> step.getConsumed().stream())
        .flatMap(TrainedRows::places)
        .forEach(place -> times.merge(place, 1, Integer::sum));
  }

  private static Stream<Place> places(ConsumedOffsets consumed) {
    return consumed.getSpans().stream()
        .flatMapToLong(span -> LongStream.range(span.getFrom(), span.getTo()))
        .mapToObj(offset -> new Place(consumed.getTopic(), consumed.getPartition(), offset));
  }

  /** Rows in any step. */
  long trained() {
    return times.size();
  }

  /** Rows in more than one step. */
  long twice() {
    return times.values().stream().filter(count -> count > 1).count();
  }

  /** Rows of a step that are not among those that its iteration lists. */
  long unlisted() {
    Map<String, List<OffsetRange>> listed =
        iterations.stream().collect(Collectors.toMap(Iteration::getName, Iteration::getRanges));
    return steps.stream()
        .mapToLong(
            step ->
                step.getConsumed().stream()
                    .flatMap(TrainedRows::places)
                    .filter(
                        place ->
                            !covers(listed.getOrDefault(step.getIteration(), List.of()), place))
                    .count())
        .sum();
  }

  /** Of these rows those before the end of what iterations list that none of them lists. */
  long passedOver(Collection<Place> rows) {
    List<OffsetRange> all =
        iterations.stream().flatMap(iteration -> iteration.getRanges().stream()).toList();
    return rows.stream().filter(row -> isBeforeAnEnd(all, row) && !covers(all, row)).count();
  }

  private static boolean isBeforeAnEnd(List<OffsetRange> ranges, Place row) {
    return ranges.stream().anyMatch(range -> isOf(range, row) && row.offset() < range.getTo());
  }

  private static boolean covers(List<OffsetRange> ranges, Place row) {
    return ranges.stream()
        .anyMatch(
            range ->
                isOf(range, row)
                    && row.offset() >= range.getFrom()
                    && row.offset() < range.getTo());
  }

  private static boolean isOf(OffsetRange range, Place row) {
    return range.getTopic().equals(row.topic()) && range.getPartition() == row.partition();
  }

  /** Steps that a policy says it has, and that have no record. */
  long missingSteps(List<Policy> policies) {
    Set<String> there = new HashSet<>();
    steps.forEach(step -> there.add(step.getId()));
    return policies.stream()
        .flatMap(
            policy ->
                IntStream.rangeClosed(1, policy.getStep())
                    .mapToObj(step -> policy.getName() + "/" + step))
        .filter(id -> !there.contains(id))
        .count();
  }

  /** Age in policies of the oldest row of any step. */
  int oldest() {
    return steps.stream()
        .filter(step -> step.getAgeMax() != null)
        .mapToInt(TrainingStep::getAgeMax)
        .max()
        .orElse(0);
  }
}
