package orcaflow.agents.stage.worker;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.Stage;
import orcaflow.events.Lineage;
import orcaflow.events.OutcomeKind;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.TraceParent;
import orcaflow.schemas.Traces;
import orcaflow.service.CurrentWork;
import orcaflow.service.MessageSpans;
import orcaflow.service.Spans;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Spans of the inputs that a stage has settled: one for the work, from acquisition to the stored
 * outcome, and one for each output, which has the id that the header of its record has.
 */
final class WorkSpans<I extends SpecificRecord> {

  private final Spans spans;
  private final Stage<I> stage;
  private final Cluster cluster;
  private final Traces inputs;

  WorkSpans(Spans spans, Stage<I> stage, Cluster cluster) {
    this.spans = spans;
    this.stage = stage;
    this.cluster = cluster;
    this.inputs = Traces.of(stage.input(), cluster.run());
  }

  /** Runs an agent on an event; the models that it asks are spans under the work. */
  <T> T during(Input<I> input, Function<I, T> agent) {
    I event = input.event().orElseThrow();
    return spans.on()
        ? CurrentWork.during(inputs.work(stage.name(), event), () -> agent.apply(event))
        : agent.apply(event);
  }

  /**
   * Takes what is settled; inputs that are no events have no trace.
   *
   * @param acquired when the batch of the inputs was acquired
   */
  void settled(List<WorkBatch.Finished<I>> finished, Instant acquired) {
    if (!spans.on()) {
      return;
    }
    Instant stored = Instant.now();
    for (WorkBatch.Finished<I> each : finished) {
      if (each.fate() instanceof Fate.Settled fate && each.input().event().isPresent()) {
        settled(each.input(), each.input().event().get(), fate, acquired, stored);
      }
    }
  }

  private void settled(Input<I> input, I event, Fate.Settled fate, Instant from, Instant to) {
    TraceParent work = inputs.work(stage.name(), event);
    String source = inputs.source(event, input.record().headers()).spanId();
    Map<String, Object> about = new HashMap<>();
    about.put("messaging.consumer.group.name", cluster.named(stage.name()));
    about.put("orcaflow.stage", stage.name());
    about.put("orcaflow.outcome", fate.kind().name().toLowerCase(Locale.ROOT));
    fate.outputs().stream().findFirst().flatMap(WorkSpans::lineage).ifPresent(it -> by(it, about));
    spans.add(
        () ->
            MessageSpans.work(
                MessageSpans.place(input.record()),
                new MessageSpans.Work(work, Optional.of(source), from, to),
                about,
                fate.kind() == OutcomeKind.DEAD
                    ? fate.cause().map(cause -> cause.getClass().getName())
                    : Optional.empty()));
    fate.outputs().forEach(output -> sent(output, work, to));
  }

  private <T extends SpecificRecord> void sent(Output<T> output, TraceParent work, Instant at) {
    TraceParent own = Traces.of(output.topic(), cluster.run()).parent(output.event());
    spans.add(
        () -> MessageSpans.sent(output.topic().in(cluster.run()), own, work, at, stage.name()));
  }

  private static void by(Lineage lineage, Map<String, Object> about) {
    Optional.ofNullable(lineage.getModel()).ifPresent(it -> about.put("gen_ai.response.model", it));
    Optional.ofNullable(lineage.getPrompt()).ifPresent(it -> about.put("orcaflow.prompt", it));
    Optional.ofNullable(lineage.getPolicyVersion())
        .ifPresent(it -> about.put("orcaflow.policy", it));
  }

  private static Optional<Lineage> lineage(Output<?> output) {
    Schema.Field field = output.event().getSchema().getField("lineage");
    return Optional.ofNullable(field).map(it -> (Lineage) output.event().get(it.pos()));
  }
}
