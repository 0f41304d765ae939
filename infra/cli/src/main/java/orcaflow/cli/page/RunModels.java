package orcaflow.cli.page;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;

/** A run as it is, and as it was at the times that were asked for last. Thread-safe. */
final class RunModels implements AutoCloseable {

  /** One that is looked at, and one that the answers on their way are made of. */
  private static final int KEPT = 2;

  private final Cluster cluster;
  private final Recipe recipe;
  private final RunModel live;
  private final Deque<AsOf> past = new ArrayDeque<>();

  private record AsOf(Instant time, RunModel run) {}

  /**
   * Begins to read.
   *
   * @param running whether services of the run may be running
   */
  RunModels(Cluster cluster, Recipe recipe, boolean running) {
    this.cluster = cluster;
    this.recipe = recipe;
    this.live = RunModel.begin(cluster, recipe, running, Optional.empty());
  }

  RunModel live() {
    return live;
  }

  /** The run made of the records before a time, which is read from the beginning. */
  synchronized RunModel at(Instant time) {
    Optional<AsOf> there = past.stream().filter(one -> one.time().equals(time)).findFirst();
    if (there.isPresent()) {
      return there.get().run();
    }
    if (past.size() == KEPT) {
      past.removeFirst().run().close();
    }
    RunModel run = RunModel.begin(cluster, recipe, false, Optional.of(time));
    past.addLast(new AsOf(time, run));
    return run;
  }

  @Override
  public synchronized void close() {
    past.forEach(one -> one.run().close());
    past.clear();
    live.close();
  }
}
