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
      candidates.readTo(candidates.logEnds(), ofSeeds(unreadable, id -> known.putIfAbsent(id, 0)));
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

  private static TopicReader.Receiver<String, ProblemCandidate> ofSeeds(
      Consumer<UnreadableRecord> unreadable, Consumer<String> ids) {
    return TopicReader.Receiver.skipping(
        unreadable,
        record -> {
          if (record.value().getLineage().getAgent().equals(Seeding.STAGE)) {
            ids.accept(record.value().getId());
          }
        });
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

    private final StateStore store;
    private final StateStore.Table known;
    private final TopicFeed<String, ProblemCandidate> candidates;
    private final Consumer<UnreadableRecord> unreadable;
    private final Set<String> noted = new HashSet<>();

    private Stored(StateStore store, Cluster cluster, Consumer<UnreadableRecord> unreadable) {
      this.store = store;
      this.unreadable = unreadable;
      known = store.table(StateStore.Kind.SEEDED_CANDIDATES);
      candidates = TopicFeed.events(store, cluster, Topics.PROBLEM_CANDIDATES.in(cluster.run()));
      catchUp();
    }

    private void catchUp() {
      candidates.catchUp(ofSeeds(unreadable, known::add));
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
