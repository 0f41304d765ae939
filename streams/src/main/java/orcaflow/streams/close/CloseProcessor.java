package orcaflow.streams.close;

import static orcaflow.streams.TopologyNodes.in;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orcaflow.events.Closing;
import orcaflow.events.GradedRollout;
import orcaflow.events.GroupRole;
import orcaflow.events.OpenGroup;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.TopologyNodes;
import orcaflow.streams.close.OpenSet.Phase;
import orcaflow.streams.pair.Groups;
import orcaflow.streams.pair.OpenGroups;
import orcaflow.streams.pair.Pairing;
import orcaflow.streams.pair.RowWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * open-groups and closings to the rows that depend on the rest of an iteration. Which wrong answers
 * can be borrowed depends on all partitions, so both topics have one partition. It is known only
 * when no other group can come, so groups wait here until the iteration is closed. Then partial
 * groups are labelled as they are, and groups without wrong answers borrow some. What is left of
 * the iteration in the stores is one {@link OpenSet}.
 *
 * <p>A closing is written by the controller of a run, which knows when an iteration is over. In a
 * stream that nobody controls, a set is closed when no group has come for a while.
 */
public final class CloseProcessor
    extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {

  private static final String STAGE = Stages.CLOSE;

  private static final String LATE = "came after its iteration was closed";

  /**
   * Whether an outcome says that a graded event came after its iteration was closed, and so is in
   * no row. A labelling of the same history must leave the event out, too.
   */
  public static boolean isLate(StageOutcome outcome) {
    return outcome.getStage().equals(STAGE) && LATE.equals(outcome.getReason());
  }

  private final Pairing pairing;
  private final CloseSettings settings;
  private final Counters counters;
  private final Map<Integer, Long> lastArrival = new HashMap<>();
  private CloseStores stores;
  private RowWriter writer;

  private CloseProcessor(Pairing pairing, CloseSettings settings, Counters counters) {
    this.pairing = pairing;
    this.settings = settings;
    this.counters = counters;
  }

  /** Adds the stage with its topics and stores. */
  public static void addTo(
      Topology topology,
      TopologyNodes nodes,
      Pairing pairing,
      CloseSettings settings,
      Counters counters) {
    nodes.read(topology, Topics.OPEN_GROUPS);
    nodes.read(topology, Topics.CLOSINGS);
    topology.addProcessor(
        STAGE,
        nodes.seen(STAGE, new Supplier(nodes, pairing, settings, counters)),
        in(Topics.OPEN_GROUPS),
        in(Topics.CLOSINGS));
    RowWriter.addTo(topology, nodes, STAGE);
  }

  private record Supplier(
      TopologyNodes nodes, Pairing pairing, CloseSettings settings, Counters counters)
      implements ProcessorSupplier<String, SpecificRecord, String, SpecificRecord> {
    @Override
    public CloseProcessor get() {
      return new CloseProcessor(pairing, settings, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return CloseStores.builders(nodes);
    }
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    stores = new CloseStores(context);
    writer = new RowWriter(context, STAGE, counters);
    context.schedule(settings.interval(), PunctuationType.WALL_CLOCK_TIME, this::advance);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    counters.consumed(Stage.CLOSE);
    long time = record.timestamp();
    if (record.value() instanceof OpenGroup group) {
      add(group, time);
    } else if (record.value() instanceof Closing closing) {
      OpenSet set = stores.set(closing.getIteration());
      stores.save(closing.getIteration(), set.expecting(closing));
      closeIfWhole(closing.getIteration(), time);
    } else {
      throw new IllegalStateException("close does not read " + record.value().getClass());
    }
  }

  private void add(OpenGroup group, long time) {
    int iteration = group.getIteration();
    if (group.getRole() != GroupRole.COMPLETES && stores.set(iteration).isOver()) {
      writer.finish(group.getGroup(), 0, Optional.of(LATE), time);
      return;
    }
    lastArrival.put(iteration, context().currentSystemTimeMs());
    switch (group.getRole()) {
      case COMPLETES -> complete(group, time);
      case LENDS -> lend(group);
      case WAITS, BORROWS -> stores.keep(group);
    }
    if (stores.set(iteration).phase() == Phase.OPEN) {
      stores.save(iteration, counted(stores.set(iteration), group));
      closeIfWhole(iteration, time);
    }
  }

  private static OpenSet counted(OpenSet set, OpenGroup group) {
    return group.getRole() == GroupRole.COMPLETES ? set.withCompletion() : set.with(group.getId());
  }

  /** A revision: its group, if it still waits, has more rollouts now and may be whole. */
  private void complete(OpenGroup open, long time) {
    GradedRollout revision = open.getGroup();
    Optional<OpenGroup> first = stores.group(open.getIteration(), Groups.request(revision));
    if (first.isEmpty() || stores.set(open.getIteration()).phase() != Phase.OPEN) {
      writer.finish(revision, 0, Optional.of(LATE), time);
      return;
    }
    GradedRollout group = Groups.merged(first.get().getGroup(), revision);
    OpenGroup now = OpenGroups.waiting(group);
    if (Groups.isWhole(group) && !pairing.borrows(group)) {
      label(now, pairing.certain(group), time);
    } else {
      stores.keep(now);
    }
    writer.finish(revision, 0, Optional.of("counted with its group"), time);
  }

  private void closeIfWhole(int iteration, long time) {
    if (stores.set(iteration).isWhole()) {
      close(iteration, time);
    }
  }

  /** Partial groups first: their wrong answers can be borrowed, too. */
  private void close(int iteration, long time) {
    for (OpenGroup group : stores.groups(iteration, Integer.MAX_VALUE, this::isPartial)) {
      label(group, pairing.certain(group.getGroup()), time);
    }
    stores.save(iteration, stores.set(iteration).in(Phase.CLOSING));
  }

  /** A group that waits and has wrong answers of its own, or may not borrow. */
  private boolean isPartial(OpenGroup open) {
    return open.getRole() == GroupRole.WAITS && !pairing.borrows(open.getGroup());
  }

  private void advance(long now) {
    for (int iteration : stores.iterations()) {
      OpenSet set = stores.set(iteration);
      if (set.phase() == Phase.CLOSING) {
        borrow(iteration, set, now);
      } else if (set.phase() == Phase.OPEN && isQuiet(iteration, now)) {
        close(iteration, now);
      }
    }
  }

  /** Labels a batch of the groups that borrow, so that a large set is not one transaction. */
  private void borrow(int iteration, OpenSet set, long time) {
    List<OpenGroup> batch = stores.groups(iteration, settings.batch(), any -> true);
    for (OpenGroup open : batch) {
      GradedRollout group = open.getGroup();
      Pairing.Rows borrowed = pairing.borrowed(group, stores.donors(iteration).lend(group));
      // The stage pair wrote the own rows of a whole group, but not those of a group that waited.
      boolean waited = open.getRole() == GroupRole.WAITS;
      label(open, waited ? pairing.certain(group).and(borrowed) : borrowed, time);
    }
    if (batch.isEmpty() && stores.donors(iteration).dropped(settings.batch() * Donors.WINDOW)) {
      over(iteration, set);
    }
  }

  /** A set that a closing closed stays closed; after a quiet one, another set may begin. */
  private void over(int iteration, OpenSet set) {
    stores.save(iteration, set.expected().isPresent() ? set.in(Phase.CLOSED) : OpenSet.EMPTY);
    lastArrival.remove(iteration);
  }

  private void label(OpenGroup open, Pairing.Rows rows, long time) {
    lend(open);
    writer.write(rows, time);
    writer.finish(open.getGroup(), rows.size(), Optional.of(whyNone(open.getGroup())), time);
    stores.remove(open);
  }

  private String whyNone(GradedRollout group) {
    return pairing.borrows(group) ? "no other group has a wrong answer" : "no label in it";
  }

  private void lend(OpenGroup group) {
    if (pairing.labelling().borrows()) {
      pairing.donors(group).forEach(stores.donors(group.getIteration())::add);
    }
  }

  private boolean isQuiet(int iteration, long now) {
    return settings.closeAfter().isPresent()
        && lastArrival.containsKey(iteration)
        && now - lastArrival.get(iteration) >= settings.closeAfter().get().toMillis();
  }
}
