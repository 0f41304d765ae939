package orcaflow.streams.close;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import orcaflow.events.Donor;
import orcaflow.events.OpenGroup;
import orcaflow.streams.TopologyNodes;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** The stores of the stage. Every key begins with the iteration, so that one can be scanned. */
final class CloseStores {

  /** {@code iteration/group id} to a group that waits: partial, or without wrong answers. */
  private static final String WAITING = "close-waiting";

  /** {@code iteration/place} to a wrong answer. */
  private static final String DONORS = "close-donors";

  /** Iteration to its {@link OpenSet}. */
  private static final String SETS = "close-sets";

  private final KeyValueStore<String, OpenGroup> waiting;
  private final KeyValueStore<String, Donor> donors;
  private final KeyValueStore<String, String> sets;

  CloseStores(ProcessorContext<?, ?> context) {
    waiting = context.getStateStore(WAITING);
    donors = context.getStateStore(DONORS);
    sets = context.getStateStore(SETS);
  }

  /** The stores that a processor of the stage asks for. */
  static Set<StoreBuilder<?>> builders(TopologyNodes nodes) {
    return Set.of(
        nodes.<OpenGroup>events(WAITING),
        nodes.<Donor>events(DONORS),
        nodes.store(SETS, Serdes.String()));
  }

  /** Iterations that have a set, open or closed, in ascending order. */
  Set<Integer> iterations() {
    Set<Integer> iterations = new TreeSet<>();
    try (KeyValueIterator<String, String> all = sets.all()) {
      all.forEachRemaining(entry -> iterations.add(Integer.valueOf(entry.key)));
    }
    return iterations;
  }

  OpenSet set(int iteration) {
    return Optional.ofNullable(sets.get(number(iteration)))
        .map(OpenSet::parse)
        .orElse(OpenSet.EMPTY);
  }

  void save(int iteration, OpenSet set) {
    sets.put(number(iteration), set.text());
  }

  /** Keeps a group until its iteration is closed, in place of what was kept of it before. */
  void keep(OpenGroup group) {
    waiting.put(key(group), group);
  }

  void remove(OpenGroup group) {
    waiting.delete(key(group));
  }

  Optional<OpenGroup> group(int iteration, String groupId) {
    return Optional.ofNullable(waiting.get(key(iteration, groupId)));
  }

  /** The groups of an iteration that wait and are wanted, in the order of their ids. */
  List<OpenGroup> groups(int iteration, int most, Predicate<OpenGroup> wanted) {
    List<OpenGroup> groups = new ArrayList<>();
    try (KeyValueIterator<String, OpenGroup> all =
        waiting.prefixScan(number(iteration) + "/", new StringSerializer())) {
      while (all.hasNext() && groups.size() < most) {
        OpenGroup group = all.next().value;
        if (wanted.test(group)) {
          groups.add(group);
        }
      }
    }
    return groups;
  }

  /** The wrong answers of an iteration. */
  StoredDonors donors(int iteration) {
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
