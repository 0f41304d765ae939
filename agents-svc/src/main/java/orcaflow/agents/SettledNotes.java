package orcaflow.agents;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import orcaflow.agents.stage.worker.RunningStage;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes from time to time how far the inputs of each stage are settled. */
final class SettledNotes implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SettledNotes.class);
  private static final Duration INTERVAL = Duration.ofSeconds(60);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "settled-inputs"));
  private final List<RunningStage<?>> stages;

  SettledNotes(List<RunningStage<?>> stages) {
    this.stages = List.copyOf(stages);
    thread.scheduleWithFixedDelay(
        this::note, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What is not noted is looked at again by the next start. */
  private void note() {
    for (RunningStage<?> stage : stages) {
      try {
        stage.noteSettled();
      } catch (InterruptException e) {
        // It is being closed.
        return;
      } catch (RuntimeException e) {
        LOG.warn("{}: how far its inputs are settled is not known: {}", stage.name(), e.toString());
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
