package orcaflow.trainer.train;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import orcaflow.trainer.log.StoredEvent;
import orcaflow.trainer.objective.Objective;
import orcaflow.trainer.objective.RowSource;
import orcaflow.trainer.objective.SourcedRow;
import org.apache.avro.specific.SpecificRecord;

/**
 * Takes the events of an iteration's ranges one after the other and keeps those that it learns
 * from, each id once. A range may hold the rows of many iterations.
 */
final class RowCollector<R extends SpecificRecord> implements Consumer<StoredEvent<R>> {

  private final Objective<R, ?> objective;
  private final RowFormat<R> format;
  private final Rows.Belongs belongs;
  private final Predicate<Optional<String>> isYoung;
  private final TreeMap<String, StoredEvent<R>> byId = new TreeMap<>();
  private final Set<String> stale = new HashSet<>();

  /**
   * Of the rows that belong to the iteration and to the objective's data those of policies that are
   * not too old. What is left out is not counted as the answer of which equal ones are dropped.
   *
   * @param isYoung whether the rows of a policy are taken; asked without a version for a row that
   *     no policy wrote
   */
  RowCollector(
      Objective<R, ?> objective, Rows.Belongs belongs, Predicate<Optional<String>> isYoung) {
    this.objective = objective;
    this.format = RowFormat.of(objective.topic());
    this.belongs = belongs;
    this.isYoung = isYoung;
  }

  @Override
  public void accept(StoredEvent<R> row) {
    R event = row.event();
    if (!format.belongs(event, belongs) || !objective.takes(event)) {
      return;
    }
    String id = format.id().apply(event);
    if (isYoung.test(format.policy().apply(event))) {
      byId.merge(id, row, RowCollector::earlier);
    } else {
      stale.add(id);
    }
  }

  /** What was kept so far. */
  Rows<R> rows() {
    Set<Object> counted = new HashSet<>();
    List<SourcedRow<R>> rows =
        byId.values().stream()
            .filter(row -> objective.countedOnce(row.event()).map(counted::add).orElse(true))
            .map(this::sourced)
            .toList();
    return new Rows<>(format, rows, stale.size());
  }

  private SourcedRow<R> sourced(StoredEvent<R> stored) {
    R row = stored.event();
    return new SourcedRow<>(
        row,
        new RowSource(
            format.id().apply(row),
            format.problem().apply(row),
            stored.place(),
            format.policy().apply(row)));
  }

  private static <R extends SpecificRecord> StoredEvent<R> earlier(
      StoredEvent<R> one, StoredEvent<R> other) {
    return one.place().compareTo(other.place()) <= 0 ? one : other;
  }
}
