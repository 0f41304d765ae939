package orcaflow.cli.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import orcaflow.events.GradedRollout;
import orcaflow.events.SolutionStatus;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.streams.close.ClosedSet;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;
import org.apache.avro.specific.SpecificRecord;

/** The rows that an event of the history gives, decided by the stage {@code pair}'s own rules. */
final class RelabelledRows {

  /** A row and where it goes. */
  record Row<T extends SpecificRecord>(Topic<T> topic, T event) {
    String key() {
      return topic.keyOf().apply(event);
    }
  }

  private final Pairing pairing;
  private final ClosedSet set;
  private final UnaryOperator<GradedRollout> graded;

  /**
   * @param set all groups of the history, settled
   * @param graded a group of the history with the verdicts that count
   */
  RelabelledRows(Labelling labelling, ClosedSet set, UnaryOperator<GradedRollout> graded) {
    this.pairing = new Pairing(labelling);
    this.set = set;
    this.graded = graded;
  }

  /** In the order in which they are to be written. */
  List<Row<?>> of(SpecificRecord event) {
    if (event instanceof TeacherSolution solution) {
      return solution.getStatus() == SolutionStatus.USABLE
          ? List.of(new Row<>(Topics.DEMONSTRATIONS, pairing.demonstration(solution)))
          : List.of();
    }
    if (event instanceof GradedRollout group) {
      Pairing.Rows rows = set.rows(graded.apply(group));
      List<Row<?>> all = new ArrayList<>(rows.size());
      rows.demonstrations().forEach(row -> all.add(new Row<>(Topics.DEMONSTRATIONS, row)));
      rows.labelled().forEach(row -> all.add(new Row<>(Topics.LABELLED_COMPLETIONS, row)));
      rows.pairs().forEach(row -> all.add(new Row<>(Topics.PREFERENCE_PAIRS, row)));
      return all;
    }
    throw new IllegalArgumentException("no rows are made of a " + event.getClass().getSimpleName());
  }
}
