package orcaflow.streams.pair;

import static orcaflow.streams.Wiring.in;
import static orcaflow.streams.Wiring.out;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import orcaflow.events.GradedRollout;
import orcaflow.events.OutcomeKind;
import orcaflow.events.SolutionStatus;
import orcaflow.events.StageOutcome;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Row;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.Wiring;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * teacher-solutions and graded-rollouts to demonstrations, labelled-completions and
 * preference-pairs. Each input also gives one outcome that says how many rows it gave, in the same
 * transaction as the rows: who adds these up knows when the data of an iteration are complete.
 */
public final class Pair
    extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {

  private static final String STAGE = "pair";
  private static final String DEMONSTRATE = "demonstrate";

  /** Ids of the inputs that are finished, to the number of rows they gave. */
  private static final String FINISHED = "pair-finished";

  private final Pairing pairing;
  private final Counters counters;
  private KeyValueStore<String, Integer> finished;

  private Pair(Pairing pairing, Counters counters) {
    this.pairing = pairing;
    this.counters = counters;
  }

  /** Adds the stage with its topics and stores; teacher-solutions is read already. */
  public static void addTo(Topology topology, Wiring wiring, Pairing pairing, Counters counters) {
    wiring.read(topology, Topics.GRADED_ROLLOUTS);
    topology.addProcessor(
        STAGE,
        new Supplier(wiring, pairing, counters),
        in(Topics.TEACHER_SOLUTIONS),
        in(Topics.GRADED_ROLLOUTS));
    wiring.write(topology, Topics.DEMONSTRATIONS, STAGE);
    wiring.write(topology, Topics.LABELLED_COMPLETIONS, STAGE);
    wiring.write(topology, Topics.PREFERENCE_PAIRS, STAGE);
    wiring.write(topology, Topics.STAGE_OUTCOMES, STAGE);
  }

  private record Supplier(Wiring wiring, Pairing pairing, Counters counters)
      implements ProcessorSupplier<String, SpecificRecord, String, SpecificRecord> {
    @Override
    public Pair get() {
      return new Pair(pairing, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(wiring.store(FINISHED, Serdes.Integer()));
    }
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    finished = context.getStateStore(FINISHED);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    counters.consumed(Stage.PAIR);
    if (record.value() instanceof TeacherSolution solution) {
      demonstrate(solution, record.timestamp());
    } else if (record.value() instanceof GradedRollout group) {
      pair(group, record.timestamp());
    } else {
      throw new IllegalStateException("pair does not read " + record.value().getClass());
    }
  }

  private void demonstrate(TeacherSolution solution, long time) {
    if (isFinished(solution.getId())) {
      return;
    }
    boolean usable = solution.getStatus() == SolutionStatus.USABLE;
    if (usable) {
      write(Topics.DEMONSTRATIONS, pairing.demonstration(solution), time);
      counters.rows(Row.DEMONSTRATION, 1);
    }
    Optional<String> reason = usable ? Optional.empty() : Optional.of(solution.getStatus().name());
    finish(DEMONSTRATE, solution.getProblemId(), solution.getId(), 0, usable ? 1 : 0, reason, time);
  }

  private void pair(GradedRollout group, long time) {
    if (isFinished(group.getId())) {
      return;
    }
    Pairing.Rows rows = pairing.rows(group);
    rows.labelled().forEach(row -> write(Topics.LABELLED_COMPLETIONS, row, time));
    rows.pairs().forEach(row -> write(Topics.PREFERENCE_PAIRS, row, time));
    counters.rows(Row.LABELLED_COMPLETION, rows.labelled().size());
    counters.rows(Row.PREFERENCE_PAIR, rows.pairs().size());
    Optional<String> reason =
        rows.size() > 0 ? Optional.empty() : Optional.of("no rollout of the group is a label");
    finish(
        STAGE,
        group.getProblemId(),
        group.getId(),
        group.getIteration(),
        rows.size(),
        reason,
        time);
  }

  private boolean isFinished(String inputId) {
    boolean is = finished.get(inputId) != null;
    if (is) {
      counters.repeated(Stage.PAIR);
    }
    return is;
  }

  private void finish(
      String stage,
      String problemId,
      String inputId,
      int iteration,
      int outputs,
      Optional<String> reason,
      long time) {
    finished.put(inputId, outputs);
    StageOutcome outcome =
        StageOutcome.newBuilder()
            .setId(Ids.outcome(stage, inputId))
            .setStage(stage)
            .setProblemId(problemId)
            .setInputId(inputId)
            .setIteration(iteration)
            .setOutcome(outputs > 0 ? OutcomeKind.DONE : OutcomeKind.SKIPPED)
            .setReason(reason.orElse(null))
            .setOutputs(outputs)
            .setTime(Instant.ofEpochMilli(time))
            .build();
    write(Topics.STAGE_OUTCOMES, outcome, time);
  }

  private <T extends SpecificRecord> void write(Topic<T> topic, T event, long time) {
    context().forward(new Record<>(topic.keyOf().apply(event), event, time), out(topic));
  }
}
