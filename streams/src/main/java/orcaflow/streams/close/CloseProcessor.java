package orcaflow.streams.close;

import static orcaflow.streams.TopologyNodes.in;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import orcaflow.events.Closing;
import orcaflow.events.Donor;
import orcaflow.events.GradedRollout;
import orcaflow.events.GroupRole;
import orcaflow.events.OpenGroup;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.TopologyNodes;
import orcaflow.streams.close.OpenSet.Phase;
import orcaflow.streams.pair.Groups;
import orcaflow.streams.pair.Pairing;
import orcaflow.streams.pair.RowWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * open-groups and closings to the rows that depend on the rest of an iteration. Which wrong answers
 * there are to borrow depends on all partitions, so both topics have one; and it is known only when
 * no other group can come, so groups wait here until the iteration is closed. Then partial groups
 * are labelled as they are, and those without wrong answers borrow. What is left of the iteration
 * is one line that says so.
 *
 * <p>A closing comes from whoever knows that an iteration is over: the front door of a run. Where
 * nobody knows, in a stream that never ends, a set is closed when no group has come for a while.
 */
public final class CloseProcessor
    extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {

  private static final String STAGE = "close";

  /** {@code iteration/group id} to a group that waits: partial, or without wrong answers. */
  private static final String WAITING = "close-waiting";

  /** {@code iteration/place} to a wrong answer. */
  private static final String DONORS = "close-donors";

  /** Iteration to its {@link OpenSet}. */
  private static final String SETS = "close-sets";

  private static final String LATE = "came after its iteration was closed";

  /**
   * Whether an outcome says of a graded event that it came after its iteration was closed, and so
   * is in no row. What a labelling of the same history has to leave out, too.
   */
  public static boolean isLate(StageOutcome outcome) {
    return outcome.getStage().equals(STAGE) && LATE.equals(outcome.getReason());
  }

  private final Pairing pairing;
  private final CloseSettings pace;
  private final Counters counters;
  private final Map<Integer, Long> lastCame = new HashMap<>();
  private KeyValueStore<String, OpenGroup> waiting;
  private KeyValueStore<String, Donor> donors;
  private KeyValueStore<String, String> sets;
  private RowWriter writer;

  private CloseProcessor(Pairing pairing, CloseSettings pace, Counters counters) {
    this.pairing = pairing;
    this.pace = pace;
    this.counters = counters;
  }

  /** Adds the stage with its topics and stores. */
  public static void addTo(
      Topology topology,
      TopologyNodes wiring,
      Pairing pairing,
      CloseSettings pace,
      Counters counters) {
    wiring.read(topology, Topics.OPEN_GROUPS);
    wiring.read(topology, Topics.CLOSINGS);
    topology.addProcessor(
        STAGE,
        new Supplier(wiring, pairing, pace, counters),
        in(Topics.OPEN_GROUPS),
        in(Topics.CLOSINGS));
    RowWriter.addTo(topology, wiring, STAGE);
  }

  private record Supplier(
      TopologyNodes wiring, Pairing pairing, CloseSettings pace, Counters counters)
      implements ProcessorSupplier<String, SpecificRecord, String, SpecificRecord> {
    @Override
    public CloseProcessor get() {
      return new CloseProcessor(pairing, pace, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(
          wiring.<OpenGroup>events(WAITING),
          wiring.<Donor>events(DONORS),
          wiring.store(SETS, Serdes.String()));
    }
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    waiting = context.getStateStore(WAITING);
    donors = context.getStateStore(DONORS);
    sets = context.getStateStore(SETS);
    writer = new RowWriter(context, STAGE, counters);
    context.schedule(pace.interval(), PunctuationType.WALL_CLOCK_TIME, this::goOn);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    counters.consumed(Stage.CLOSE);
    long time = record.timestamp();
    if (record.value() instanceof OpenGroup group) {
      came(group, time);
    } else if (record.value() instanceof Closing closing) {
      save(closing.getIteration(), set(closing.getIteration()).told(closing));
      closeIfWhole(closing.getIteration(), time);
    } else {
      throw new IllegalStateException("close does not read " + record.value().getClass());
    }
  }

  private void came(OpenGroup group, long time) {
    int iteration = group.getIteration();
    if (group.getRole() != GroupRole.COMPLETES && set(iteration).isOver()) {
      writer.finish(group.getGroup(), 0, Optional.of(LATE), time);
      return;
    }
    lastCame.put(iteration, context().currentSystemTimeMs());
    switch (group.getRole()) {
      case COMPLETES -> complete(group, time);
      case LENDS -> lend(group);
      case WAITS, BORROWS -> waiting.put(key(group), group);
    }
    if (set(iteration).phase() == Phase.OPEN) {
      save(iteration, counted(set(iteration), group));
      closeIfWhole(iteration, time);
    }
  }

  private static OpenSet counted(OpenSet set, OpenGroup group) {
    return group.getRole() == GroupRole.COMPLETES ? set.withCompletion() : set.with(group.getId());
  }

  /** A revision: its group, if it still waits, has more now, and may be whole. */
  private void complete(OpenGroup open, long time) {
    GradedRollout revision = open.getGroup();
    String key = key(open.getIteration(), Groups.request(revision));
    Optional<OpenGroup> first = Optional.ofNullable(waiting.get(key));
    if (first.isEmpty() || set(open.getIteration()).phase() != Phase.OPEN) {
      writer.finish(revision, 0, Optional.of(LATE), time);
      return;
    }
    GradedRollout group = Groups.merged(first.get().getGroup(), revision);
    OpenGroup now = open(group);
    if (Groups.isWhole(group) && !pairing.borrows(group)) {
      label(now, pairing.certain(group), time);
    } else {
      waiting.put(key, now);
    }
    writer.finish(revision, 0, Optional.of("counted with its group"), time);
  }

  private void closeIfWhole(int iteration, long time) {
    if (set(iteration).isWhole()) {
      close(iteration, time);
    }
  }

  /** Partial groups first: what they got wrong can be borrowed, too. */
  private void close(int iteration, long time) {
    for (OpenGroup group : waitingFor(iteration)) {
      if (group.getRole() == GroupRole.WAITS && !pairing.borrows(group.getGroup())) {
        label(group, pairing.certain(group.getGroup()), time);
      }
    }
    save(iteration, set(iteration).in(Phase.CLOSING));
  }

  private void goOn(long now) {
    for (int iteration : iterations()) {
      OpenSet set = set(iteration);
      if (set.phase() == Phase.CLOSING) {
        borrow(iteration, set, now);
      } else if (set.phase() == Phase.OPEN && isQuiet(iteration, now)) {
        close(iteration, now);
      }
    }
  }

  /** A batch of the groups that borrow, so that a large set is not one transaction. */
  private void borrow(int iteration, OpenSet set, long time) {
    List<OpenGroup> batch = new ArrayList<>();
    try (KeyValueIterator<String, OpenGroup> all = ofIteration(iteration)) {
      while (all.hasNext() && batch.size() < pace.batch()) {
        batch.add(all.next().value);
      }
    }
    for (OpenGroup open : batch) {
      GradedRollout group = open.getGroup();
      Pairing.Rows borrowed = pairing.borrowed(group, ring(iteration).lend(group));
      // A whole group's own rows were written by the stage pair; those of one that waited were not.
      boolean waited = open.getRole() == GroupRole.WAITS;
      label(open, waited ? pairing.certain(group).and(borrowed) : borrowed, time);
    }
    if (batch.isEmpty() && ring(iteration).dropped(pace.batch() * Donors.WINDOW)) {
      over(iteration, set);
    }
  }

  /** An iteration that was closed from outside stays closed; a quiet one may go on. */
  private void over(int iteration, OpenSet set) {
    save(iteration, set.told().isPresent() ? set.in(Phase.CLOSED) : OpenSet.EMPTY);
    lastCame.remove(iteration);
  }

  private void label(OpenGroup open, Pairing.Rows rows, long time) {
    lend(open);
    writer.write(rows, time);
    writer.finish(open.getGroup(), rows.size(), Optional.of(whyNone(open.getGroup())), time);
    waiting.delete(key(open));
  }

  private String whyNone(GradedRollout group) {
    return pairing.borrows(group) ? "no other group has a wrong answer" : "no label in it";
  }

  private void lend(OpenGroup group) {
    if (pairing.labelling().borrows()) {
      pairing.donors(group).forEach(ring(group.getIteration())::add);
    }
  }

  private boolean isQuiet(int iteration, long now) {
    return pace.closeAfter().isPresent()
        && lastCame.containsKey(iteration)
        && now - lastCame.get(iteration) >= pace.closeAfter().get().toMillis();
  }

  private OpenGroup open(GradedRollout group) {
    return new OpenGroup(
        group.getId(), group.getProblemId(), group.getIteration(), GroupRole.WAITS, group);
  }

  private OpenSet set(int iteration) {
    return Optional.ofNullable(sets.get(number(iteration)))
        .map(OpenSet::parse)
        .orElse(OpenSet.EMPTY);
  }

  private void save(int iteration, OpenSet set) {
    sets.put(number(iteration), set.text());
  }

  private Set<Integer> iterations() {
    Set<Integer> iterations = new TreeSet<>();
    try (KeyValueIterator<String, String> all = sets.all()) {
      all.forEachRemaining(entry -> iterations.add(Integer.valueOf(entry.key)));
    }
    return iterations;
  }

  private List<OpenGroup> waitingFor(int iteration) {
    List<OpenGroup> groups = new ArrayList<>();
    try (KeyValueIterator<String, OpenGroup> all = ofIteration(iteration)) {
      all.forEachRemaining(
          entry -> {
            if (entry.value.getRole() == GroupRole.WAITS) {
              groups.add(entry.value);
            }
          });
    }
    return groups;
  }

  private KeyValueIterator<String, OpenGroup> ofIteration(int iteration) {
    return waiting.prefixScan(number(iteration) + "/", new StringSerializer());
  }

  private StoredDonors ring(int iteration) {
    return new StoredDonors(donors, number(iteration) + "/");
  }

  private static String key(OpenGroup group) {
    return key(group.getIteration(), group.getGroup().getId());
  }

  private static String key(int iteration, String groupId) {
    return number(iteration) + "/" + groupId;
  }

  /** Sorts by iteration. */
  private static String number(int iteration) {
    return "%09d".formatted(iteration);
  }
}
