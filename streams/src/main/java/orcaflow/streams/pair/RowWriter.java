package orcaflow.streams.pair;

import static orcaflow.streams.TopologyNodes.out;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orcaflow.events.GradedRollout;
import orcaflow.events.OutcomeKind;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.TopologyNodes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Writes rows, and the outcome that counts them, for one of the stages that make rows. */
public final class RowWriter {

  private final ProcessorContext<String, SpecificRecord> context;
  private final String stage;
  private final Counters counters;

  public RowWriter(
      ProcessorContext<String, SpecificRecord> context, String stage, Counters counters) {
    this.context = context;
    this.stage = stage;
    this.counters = counters;
  }

  /** Adds the sinks of a stage to the topology. */
  public static void addTo(Topology topology, TopologyNodes nodes, String stage) {
    for (Topic<? extends SpecificRecord> topic :
        List.of(
            Topics.DEMONSTRATIONS,
            Topics.LABELLED_COMPLETIONS,
            Topics.PREFERENCE_PAIRS,
            Topics.STAGE_OUTCOMES)) {
      nodes.writeAs(node(stage, topic), topology, topic, stage);
    }
  }

  /** Writes rows. */
  public void write(Pairing.Rows rows, long time) {
    for (var row : rows.demonstrations()) {
      write(Topics.DEMONSTRATIONS, row, time);
      counters.row(row);
    }
    for (var row : rows.labelled()) {
      write(Topics.LABELLED_COMPLETIONS, row, time);
      counters.row(row);
    }
    for (var row : rows.pairs()) {
      write(Topics.PREFERENCE_PAIRS, row, time);
      counters.row(row);
    }
  }

  /**
   * Writes the outcome of a group.
   *
   * @param rows number of rows that the stage wrote of the group
   * @param whyNone the reason if there are none
   */
  public void finish(GradedRollout group, int rows, Optional<String> whyNone, long time) {
    finish(stage, group.getProblemId(), group.getId(), group.getIteration(), rows, whyNone, time);
  }

  /** Writes the outcome of an input: DONE with outputs, SKIPPED with a reason without. */
  public void finish(
      String stageName,
      String problemId,
      String inputId,
      int iteration,
      int outputs,
      Optional<String> whyNone,
      long time) {
    StageOutcome outcome =
        new StageOutcome(
            Ids.outcome(stageName, inputId),
            stageName,
            problemId,
            inputId,
            iteration,
            outputs > 0 ? OutcomeKind.DONE : OutcomeKind.SKIPPED,
            outputs > 0 ? null : whyNone.orElse(null),
            outputs,
            Instant.ofEpochMilli(time));
    write(Topics.STAGE_OUTCOMES, outcome, time);
  }

  private <T extends SpecificRecord> void write(Topic<T> topic, T event, long time) {
    context.forward(new Record<>(topic.keyOf().apply(event), event, time), node(stage, topic));
  }

  private static String node(String stage, Topic<?> topic) {
    return stage + "-" + out(topic);
  }
}
