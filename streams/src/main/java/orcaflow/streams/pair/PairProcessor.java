package orcaflow.streams.pair;

import static orcaflow.streams.TopologyNodes.in;
import static orcaflow.streams.TopologyNodes.out;

import java.util.Optional;
import java.util.Set;
import orcaflow.events.GradedRollout;
import orcaflow.events.OpenGroup;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.TopologyNodes;
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
 * preference-pairs. Each input also gives one outcome with the number of its rows, in the same
 * transaction as the rows. The sum of the outcomes says when the data of an iteration are complete.
 *
 * <p>The rows that a whole group gives by itself are written here, at once. A group that depends on
 * the rest of its iteration (synthetic negatives, missing rollouts) goes to open-groups, where the
 * stage close waits for all of them.
 */
public final class PairProcessor
    extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {

  private static final String STAGE = Stages.PAIR;
  private static final String DEMONSTRATE = "demonstrate";

  /** Id of a finished input to the number of its rows. */
  private static final String FINISHED = "pair-finished";

  private final Pairing pairing;
  private final Counters counters;
  private KeyValueStore<String, Integer> finished;
  private RowWriter writer;

  private PairProcessor(Pairing pairing, Counters counters) {
    this.pairing = pairing;
    this.counters = counters;
  }

  /** Adds the stage with its topics and stores; the source of teacher-solutions exists already. */
  public static void addTo(
      Topology topology, TopologyNodes nodes, Pairing pairing, Counters counters) {
    nodes.read(topology, Topics.GRADED_ROLLOUTS);
    topology.addProcessor(
        STAGE,
        nodes.seen(STAGE, new Supplier(nodes, pairing, counters)),
        in(Topics.TEACHER_SOLUTIONS),
        in(Topics.GRADED_ROLLOUTS));
    nodes.write(topology, Topics.OPEN_GROUPS, STAGE);
    RowWriter.addTo(topology, nodes, STAGE);
  }

  private record Supplier(TopologyNodes nodes, Pairing pairing, Counters counters)
      implements ProcessorSupplier<String, SpecificRecord, String, SpecificRecord> {
    @Override
    public PairProcessor get() {
      return new PairProcessor(pairing, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(nodes.store(FINISHED, Serdes.Integer()));
    }
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    finished = context.getStateStore(FINISHED);
    writer = new RowWriter(context, STAGE, counters);
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
    Pairing.Rows rows = pairing.rows(solution);
    writer.write(rows, time);
    finished.put(solution.getId(), rows.size());
    writer.finish(DEMONSTRATE, solution, rows.size(), time);
  }

  private void pair(GradedRollout group, long time) {
    if (isFinished(group.getId())) {
      return;
    }
    Optional<OpenGroup> open = pairing.open(group);
    Pairing.Rows rows = pairing.rows(group);
    if (pairing.flagged(group)) {
      counters.flagged();
    }
    writer.write(rows, time);
    open.ifPresent(
        some ->
            context()
                .forward(
                    new Record<>(Topics.OPEN_GROUPS.keyOf().apply(some), some, time),
                    out(Topics.OPEN_GROUPS)));
    finished.put(group.getId(), rows.size());
    writer.finish(group, rows.size(), Optional.of(pairing.whyNone(group)), time);
  }

  private boolean isFinished(String inputId) {
    boolean isFinished = finished.get(inputId) != null;
    if (isFinished) {
      counters.repeated(Stage.PAIR);
    }
    return isFinished;
  }
}
