package orcaflow.agents.stage.worker;

import java.util.Collection;
import orcaflow.agents.stage.IdToLongMap;
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

  private final TopicReader<String, StageOutcome> outcomes;
  private final IdToLongMap finished = new IdToLongMap();
  private volatile long lastBegan = Long.MIN_VALUE;

  public FinishedInputs(Cluster cluster) {
    outcomes = TopicReader.events(cluster);
    outcomes.startAtBeginning(outcomes.partitions(Topics.STAGE_OUTCOMES.in(cluster.run())));
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
      outcomes.readTo(
          outcomes.logEnds(),
          TopicReader.Receiver.skipping(LOG, outcome -> add(outcome.value().getId())));
      lastBegan = began;
    }
  }

  /** Whether the stage has finished the input. */
  public boolean contains(String outcomeId) {
    synchronized (finished) {
      return finished.contains(outcomeId);
    }
  }

  /** The outcomes have been committed by this process. */
  void addAll(Collection<String> outcomeIds) {
    outcomeIds.forEach(this::add);
  }

  private void add(String outcomeId) {
    synchronized (finished) {
      finished.putIfAbsent(outcomeId, 0);
    }
  }

  @Override
  public void close() {
    synchronized (outcomes) {
      outcomes.close();
    }
  }
}
