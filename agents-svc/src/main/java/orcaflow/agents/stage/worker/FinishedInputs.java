package orcaflow.agents.stage.worker;

import java.util.Collection;
import orcaflow.agents.state.StateStore;
import orcaflow.agents.state.TopicFeed;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which inputs the stages are finished with, from {@code stage-outcomes}; shared by all stages of a
 * process. An outcome's id is the hash of stage and input, so one table serves all.
 *
 * <p>A worker asks after {@link #catchUp}. Another worker that had the input before, in whatever
 * process, had its outcome in the log before its lock ended, and catching up waits for that
 * transaction's end: so an input is worked on twice only if the first time came to nothing.
 */
public final class FinishedInputs implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FinishedInputs.class);

  private final TopicFeed<String, StageOutcome> outcomes;
  private final StateStore.Table finished;
  private volatile long lastBegan = Long.MIN_VALUE;

  /**
   * @param store keeps them, and how far they are read
   */
  public FinishedInputs(Cluster cluster, StateStore store) {
    finished = store.table(StateStore.Kind.FINISHED_INPUTS);
    outcomes = TopicFeed.events(store, cluster, Topics.STAGE_OUTCOMES.in(cluster.run()));
  }

  /**
   * Learns every outcome sent before this call. Workers that wait for each other share one read.
   */
  public void catchUp() {
    long asked = System.nanoTime();
    synchronized (outcomes) {
      if (lastBegan != Long.MIN_VALUE && lastBegan - asked > 0) {
        return;
      }
      long began = System.nanoTime();
      outcomes.catchUp(
          TopicReader.Receiver.skipping(LOG, outcome -> finished.add(outcome.value().getId())));
      lastBegan = began;
    }
  }

  /** Whether the stage has finished the input. */
  public boolean contains(String outcomeId) {
    return finished.contains(outcomeId);
  }

  /** The outcomes have been committed by this process. */
  void addAll(Collection<String> outcomeIds) {
    finished.addAll(outcomeIds);
  }

  @Override
  public void close() {
    synchronized (outcomes) {
      outcomes.close();
    }
  }
}
