package orcaflow.agents.seed;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import orcaflow.agents.stage.IdToLongMap;
import orcaflow.agents.state.StateStore;
import orcaflow.agents.state.TopicFeed;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import orcaflow.schemas.log.UnreadableRecord;

/** Which candidates of seeds are in already. */
interface KnownCandidates extends AutoCloseable {

  boolean contains(String id);

  /** Notes a candidate that is about to be written; false if it is known. */
  boolean add(String id);

  /** What was noted is in the log. */
  default void written() {}

  @Override
  default void close() {}

  /** Those that are in the log, in memory: for an input that has an end. */
  static InMemory in(Cluster cluster, Consumer<UnreadableRecord> unreadable) {
    IdToLongMap known = new IdToLongMap();
    try (TopicReader<String, ProblemCandidate> candidates = TopicReader.events(cluster)) {
      candidates.startAtBeginning(
          candidates.partitions(Topics.PROBLEM_CANDIDATES.in(cluster.run())));
      candidates.readTo(
          candidates.logEnds(),
          TopicReader.Receiver.skipping(
              unreadable,
              record -> {
                if (ofSeed(record.value())) {
                  known.putIfAbsent(record.value().getId(), 0);
                }
              }));
    }
    return new InMemory(known);
  }

  /**
   * Those that are in the log, in a folder: for an input without an end: a start reads what came
   * since the last one.
   */
  static KnownCandidates in(Path dir, Cluster cluster, Consumer<UnreadableRecord> unreadable) {
    return new Stored(
        StateStore.open(dir, cluster, List.of(Topics.PROBLEM_CANDIDATES)), cluster, unreadable);
  }

  private static boolean ofSeed(ProblemCandidate candidate) {
    return candidate.getLineage().getAgent().equals(Seeding.STAGE);
  }

  /** Ids in memory. */
  record InMemory(IdToLongMap ids) implements KnownCandidates {

    int size() {
      return ids.size();
    }

    @Override
    public boolean contains(String id) {
      return ids.contains(id);
    }

    @Override
    public boolean add(String id) {
      return ids.putIfAbsent(id, 0);
    }
  }

  /** Only what is in the log is stored: what was noted may never get there. */
  final class Stored implements KnownCandidates {

    private static final byte[] NOTHING = {};

    private final StateStore store;
    private final StateStore.Table known;
    private final TopicFeed<String, ProblemCandidate> candidates;
    private final Consumer<UnreadableRecord> unreadable;
    private final Set<String> noted = new HashSet<>();

    private Stored(StateStore store, Cluster cluster, Consumer<UnreadableRecord> unreadable) {
      this.store = store;
      this.unreadable = unreadable;
      known = store.table(StateStore.Kind.SEEDED_CANDIDATES);
      candidates =
          new TopicFeed<>(
              store,
              Topics.PROBLEM_CANDIDATES.in(cluster.run()),
              TopicReader.<ProblemCandidate>events(cluster),
              () -> "");
      catchUp();
    }

    private void catchUp() {
      candidates.catchUp(
          TopicReader.Receiver.skipping(
              unreadable,
              record -> {
                if (ofSeed(record.value())) {
                  known.put(record.value().getId(), NOTHING);
                }
              }));
    }

    @Override
    public boolean contains(String id) {
      return noted.contains(id) || known.contains(id);
    }

    @Override
    public boolean add(String id) {
      return !known.contains(id) && noted.add(id);
    }

    @Override
    public void written() {
      if (!noted.isEmpty()) {
        catchUp();
        noted.clear();
      }
    }

    @Override
    public void close() {
      candidates.close();
      store.close();
    }
  }
}
