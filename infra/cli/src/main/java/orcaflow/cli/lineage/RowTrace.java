package orcaflow.cli.lineage;

import java.util.List;
import java.util.Optional;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Stages;
import orcaflow.schemas.log.RecordPosition;
import org.apache.avro.specific.SpecificRecord;

/**
 * A row of training data and what it was made of.
 *
 * @param kind demonstration, desirable, undesirable or pair
 * @param question the problem's text
 * @param answers texts of its answers, in the order of {@code responses}
 * @param responses ids of its answers, rollouts or teacher solutions; of a pair the chosen first
 * @param rollout the group of rollouts it was graded in; none for a demonstration
 * @param policy version of the policy that wrote the group; none for a demonstration
 * @param topic where the row is, with the run's prefix
 */
public record RowTrace(
    String id,
    String kind,
    String problem,
    String seed,
    String question,
    List<String> answers,
    List<String> responses,
    Optional<String> rollout,
    Optional<String> policy,
    String topic,
    int partition,
    long offset) {

  /** The row that an event of one of the three topics of rows is. */
  static RowTrace of(SpecificRecord event, RecordPosition place) {
    if (event instanceof Demonstration row) {
      return new RowTrace(
          row.getId(),
          "demonstration",
          row.getProblemId(),
          row.getLineage().getSeed(),
          row.getQuestion(),
          List.of(row.getSolution()),
          List.of(row.getSolutionId()),
          Optional.empty(),
          Optional.ofNullable(row.getLineage().getPolicyVersion()),
          place.topic(),
          place.partition(),
          place.offset());
    }
    if (event instanceof LabelledCompletion row) {
      return new RowTrace(
          row.getId(),
          row.getDesirable() ? "desirable" : "undesirable",
          row.getProblemId(),
          row.getSeed(),
          row.getQuestion(),
          List.of(row.getCompletion()),
          List.of(row.getResponseId()),
          Optional.of(Ids.request(row.getProblemId(), row.getIteration())),
          Optional.of(row.getPolicyVersion()),
          place.topic(),
          place.partition(),
          place.offset());
    }
    if (event instanceof PreferencePair row) {
      return new RowTrace(
          row.getId(),
          Stages.PAIR,
          row.getProblemId(),
          row.getSeed(),
          row.getQuestion(),
          List.of(row.getChosen(), row.getRejected()),
          List.of(row.getChosenId(), row.getRejectedId()),
          Optional.of(Ids.request(row.getProblemId(), row.getIteration())),
          Optional.of(row.getPolicyVersion()),
          place.topic(),
          place.partition(),
          place.offset());
    }
    throw new IllegalArgumentException(
        "%s holds a %s, which is no row".formatted(place, event.getSchema().getName()));
  }
}
