package orcaflow.streams;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.MetricsBinding;
import orcaflow.service.MonitoringServer;
import orcaflow.streams.admit.Benchmarks;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages admit, schedule, grade and pair of one run, running. Ready when every partition is
 * being worked on, live until it gave up.
 */
public final class StreamsService implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamsService.class);

  private final MonitoringServer observatory;
  private final MetricsBinding watch;
  private final KafkaStreams streams;
  private final Restarts restarts;
  private final Duration closeTimeout;
  private final AtomicReference<String> failure = new AtomicReference<>();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private StreamsService(Cluster cluster, Flow flow, MonitoringServer observatory) {
    this.observatory = observatory;
    StreamsConfig.Engine engine = flow.config().engine();
    restarts = new Restarts(engine.replacements());
    closeTimeout = Duration.ofSeconds(engine.closeSeconds());
    streams =
        new KafkaStreams(
            flow.topology(new TopologyNodes(cluster), new Counters(observatory.registry())),
            EngineSettings.of(cluster, engine));
    streams.setUncaughtExceptionHandler(this::threadDied);
    streams.setStateListener((state, before) -> stateChanged(state));
    watch = observatory.watch(streams::metrics);
    observatory.readiness("streams-running", () -> streams.state() == KafkaStreams.State.RUNNING);
    observatory.liveness("streams-not-failed", () -> failure().isEmpty());
  }

  /**
   * Starts and returns; {@link #awaitRunning} waits until partitions are being worked on.
   *
   * @param benchmarks JSON Lines files whose questions must not become problems
   * @throws IllegalStateException if the topics are not as they must be
   * @throws IllegalArgumentException if the recipe names an unknown labelling
   */
  public static StreamsService start(
      Cluster cluster, StreamsConfig config, Recipe recipe, List<Path> benchmarks) {
    Flow flow = Flow.of(config, recipe, Benchmarks.read(benchmarks));
    TopicCheck.check(cluster, flow.topics());
    MonitoringServer observatory =
        MonitoringServer.start("streams", config.observe().host(), config.observe().port());
    try {
      StreamsService service = new StreamsService(cluster, flow, observatory);
      service.streams.start();
      return service;
    } catch (RuntimeException e) {
      observatory.close();
      throw e;
    }
  }

  /** Port of {@code /metrics} and {@code /health}. */
  public int port() {
    return observatory.port();
  }

  /** State of Kafka Streams. */
  public KafkaStreams.State state() {
    return streams.state();
  }

  /** Why the service stopped by itself, in one sentence; empty as long as it did not. */
  public Optional<String> failure() {
    boolean failed =
        state() == KafkaStreams.State.PENDING_ERROR || state() == KafkaStreams.State.ERROR;
    return failed
        ? Optional.of(Optional.ofNullable(failure.get()).orElse("Kafka Streams stopped"))
        : Optional.empty();
  }

  /** Waits until partitions are being worked on for the first time; false after the timeout. */
  public boolean awaitRunning(Duration timeout) throws InterruptedException {
    return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until the service is closed or gave up. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Finishes what is in hand, commits and leaves the group, so that others go on at once. */
  @Override
  public synchronized void close() {
    if (closing.getCount() == 0) {
      return;
    }
    closing.countDown();
    boolean clean =
        streams.close(
            CloseOptions.timeout(closeTimeout)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    if (!clean) {
      LOG.warn(
          "streams did not stop within {}: what was not committed is done again", closeTimeout);
    }
    watch.close();
    observatory.close();
    ended.countDown();
  }

  private void stateChanged(KafkaStreams.State state) {
    LOG.info("streams: {}", state);
    if (state == KafkaStreams.State.RUNNING) {
      running.countDown();
    }
    if (state == KafkaStreams.State.ERROR) {
      LOG.error("{}", failure().orElseThrow());
      ended.countDown();
    }
  }

  /** Runs on the thread that died; its replacement starts when this returns. */
  private StreamThreadExceptionResponse threadDied(Throwable cause) {
    failure.set("streams stopped: " + sentence(cause));
    Optional<Duration> wait =
        readsPolicies(Thread.currentThread()) ? Optional.empty() : restarts.after(Instant.now());
    if (wait.isEmpty()) {
      LOG.error("{} died and is not replaced", Thread.currentThread().getName(), cause);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.warn("a stream thread died, another takes over in {}", wait.get(), cause);
    try {
      // Ends early when the service is being closed: then nothing is replaced anyway.
      if (closing.await(wait.get().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("closing, the thread is not waited for");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Kafka Streams replaces any thread but the one that keeps the global store. */
  private static boolean readsPolicies(Thread thread) {
    return thread.getName().endsWith("GlobalStreamThread");
  }

  /** The innermost cause, which is the one a reader can act on. */
  static String sentence(Throwable cause) {
    Throwable inner = cause;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return "%s (%s)".formatted(inner.getMessage(), inner.getClass().getSimpleName());
  }
}
