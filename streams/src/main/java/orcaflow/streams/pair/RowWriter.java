package orcaflow.streams.pair;

import static orcaflow.streams.TopologyNodes.out;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orcaflow.events.GradedRollout;
import orcaflow.events.Lineage;
import orcaflow.events.OutcomeKind;
import orcaflow.events.StageOutcome;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.Traces;
import orcaflow.streams.Counters;
import orcaflow.streams.TopologyNodes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
   * Writes the outcome of a graded group.
   *
   * @param rows number of rows that the stage wrote of the group
   * @param whyNone the reason if there are none
   */
  public void finish(GradedRollout group, int rows, Optional<String> whyNone, long time) {
    StageOutcome outcome =
        outcome(stage, group.getId(), rows, whyNone, time)
            .setProblemId(group.getProblemId())
            .setIteration(group.getIteration())
            .build();
    finish(outcome, group.getLineage(), time);
  }

  /**
   * Writes the outcome of a solution, which belongs to no iteration.
   *
   * @param part names the part of the stage that makes demonstrations
   * @param rows number of rows that the stage wrote of it
   */
  public void finish(String part, TeacherSolution solution, int rows, long time) {
    StageOutcome outcome =
        outcome(part, solution.getId(), rows, Optional.of(solution.getStatus().name()), time)
            .setProblemId(solution.getProblemId())
            .setIteration(0)
            .build();
    finish(outcome, solution.getLineage(), time);
  }

  /** An outcome names no seed, so it is joined to the trace of its input. */
  private void finish(StageOutcome outcome, Lineage lineage, long time) {
    write(Topics.STAGE_OUTCOMES, outcome, time, Traces.join(new RecordHeaders(), lineage));
  }

  /** DONE with outputs, SKIPPED with a reason without. */
  private static StageOutcome.Builder outcome(
      String stageName, String inputId, int outputs, Optional<String> whyNone, long time) {
    return StageOutcome.newBuilder()
        .setId(Ids.outcome(stageName, inputId))
        .setStage(stageName)
        .setInputId(inputId)
        .setOutcome(outputs > 0 ? OutcomeKind.DONE : OutcomeKind.SKIPPED)
        .setReason(outputs > 0 ? null : whyNone.orElse(null))
        .setOutputs(outputs)
        .setTime(Instant.ofEpochMilli(time));
  }

  private <T extends SpecificRecord> void write(Topic<T> topic, T event, long time) {
    write(topic, event, time, new RecordHeaders());
  }

  private <T extends SpecificRecord> void write(
      Topic<T> topic, T event, long time, Headers headers) {
    context.forward(
        new Record<>(topic.keyOf().apply(event), event, time, headers), node(stage, topic));
  }

  private static String node(String stage, Topic<?> topic) {
    return stage + "-" + out(topic);
  }
}
