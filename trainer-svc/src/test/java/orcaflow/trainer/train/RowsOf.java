package orcaflow.trainer.train;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import orcaflow.trainer.Rig;
import orcaflow.trainer.objective.Objective;
import org.apache.avro.specific.SpecificRecord;

/** The rows of an iteration, of events as if they had been read. */
final class RowsOf {

  private RowsOf() {}

  static <R extends SpecificRecord> Rows<R> events(
      List<R> events, Objective<R, ?> objective, Rows.Belongs belongs) {
    return events(events, objective, belongs, policy -> true);
  }

  static <R extends SpecificRecord> Rows<R> events(
      List<R> events,
      Objective<R, ?> objective,
      Rows.Belongs belongs,
      Predicate<Optional<String>> isYoung) {
    RowCollector<R> rows = new RowCollector<>(objective, belongs, isYoung);
    Rig.stored(events).forEach(rows);
    return rows.rows();
  }
}
