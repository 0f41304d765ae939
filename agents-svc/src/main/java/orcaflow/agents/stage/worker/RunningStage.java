package orcaflow.agents.stage.worker;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import orcaflow.agents.stage.Stage;
import orcaflow.agents.stage.StageCounts;
import orcaflow.agents.state.StateStore;
import orcaflow.schemas.Cluster;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Spans;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage with its workers. Closing acquires no further inputs, drains, and gives unfinished inputs
 * back to the share group.
 */
public final class RunningStage<I extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunningStage.class);

  /** Time for a worker to leave the share group once its drain time is over. */
  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(20);

  private final Stage<I> stage;
  private final SettledInputs<I> settled;
  private final StageMeters meters;
  private final List<Worker<I>> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CompletableFuture<RuntimeException> failed = new CompletableFuture<>();

  private RunningStage(StageContext<I> context, SettledInputs<I> settled, String instance) {
    stage = context.stage();
    this.settled = settled;
    meters = context.meters();
    for (int number = 0; number < stage.limits().workers(); number++) {
      String id = workerId(stage, instance, number);
      Worker<I> worker = new Worker<>(context, id, failed::complete);
      workers.add(worker);
      threads.add(new Thread(worker, id));
    }
  }

  /**
   * Starts the workers; returns before they have joined the group.
   *
   * @param groups has the stage's group
   * @param instance name of this process among those that run the stage; no two may share it
   * @param finished the finished inputs, read to the end of the log
   * @param state keeps how far all inputs are settled
   * @param spans take what the stage does
   */
  public static <I extends SpecificRecord> RunningStage<I> start(
      ShareGroups groups,
      String instance,
      Stage<I> stage,
      FinishedInputs finished,
      StateStore state,
      Vertx vertx,
      MonitoringServer monitoring,
      Spans spans) {
    Cluster cluster = groups.cluster();
    ShareGroup<I> group = groups.of(stage);
    group.configure();
    StageMeters meters = new StageMeters(monitoring.registry(), stage.name());
    meters.removed(group.removedUnread());
    SettledInputs<I> settled = new SettledInputs<>(cluster, stage, finished, state);
    group.bringBack(settled);
    StageContext<I> context =
        new StageContext<>(
            cluster,
            stage,
            finished,
            new InputClaims(),
            vertx.getOrCreateContext(),
            new ReleaseRule(stage.limits().patience(), group.deliveryLimit()),
            meters,
            monitoring,
            new WorkSpans<>(spans, stage, cluster));
    RunningStage<I> running = new RunningStage<>(context, settled, instance);
    running.threads.forEach(Thread::start);
    return running;
  }

  static String workerId(Stage<?> stage, String instance, int number) {
    return "%s.%s.%d".formatted(stage.name(), instance, number);
  }

  public String name() {
    return stage.name();
  }

  /** Notes how far all inputs are settled, so that a later start need not look at them. */
  public void noteSettled() {
    settled.moveOn();
  }

  /** Whether all workers are connected. */
  public boolean ready() {
    return workers.stream().allMatch(Worker::ready);
  }

  /** Completes with the cause when a worker fails and does not connect again. */
  public CompletableFuture<RuntimeException> failed() {
    return failed;
  }

  public StageCounts counts() {
    return meters.counts();
  }

  /** Acquires no further inputs and begins to drain; returns at once. */
  public void stopTaking() {
    workers.forEach(worker -> worker.close(stage.limits().drain()));
  }

  @Override
  public void close() {
    stopTaking();
    long deadline = System.nanoTime() + stage.limits().drain().plus(LEAVE_TIMEOUT).toNanos();
    try {
      for (Thread thread : threads) {
        thread.join(Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
        if (thread.isAlive()) {
          LOG.warn("{} did not leave in time and is interrupted", thread.getName());
          thread.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
