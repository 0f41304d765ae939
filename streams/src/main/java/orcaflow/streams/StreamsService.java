package orcaflow.streams;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.Failures;
import orcaflow.service.MetricsBinding;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Service;
import orcaflow.service.Spans;
import orcaflow.service.UsualPort;
import orcaflow.streams.admit.Benchmarks;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages admit, schedule, grade, pair and close of one run. Ready when every partition is being
 * worked on. When too many stream threads have died, none is replaced and the service ends.
 */
public final class StreamsService implements Service {

  private static final Logger LOG = LoggerFactory.getLogger(StreamsService.class);

  private final String run;
  private final MonitoringServer monitoring;
  private final Spans spans;
  private final MetricsBinding metrics;
  private final KafkaStreams streams;
  private final Restarts restarts;
  private final Duration closeTimeout;
  private final AtomicReference<IllegalStateException> lastFailure = new AtomicReference<>();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private StreamsService(Cluster cluster, Flow flow, int partitions, MonitoringServer monitoring) {
    this.run = cluster.run();
    this.monitoring = monitoring;
    this.spans = Spans.of(cluster, "streams", monitoring);
    StreamsConfig.Engine engine = flow.config().engine();
    restarts = new Restarts(engine.replacements());
    closeTimeout = Duration.ofSeconds(engine.closeSeconds());
    streams =
        new KafkaStreams(
            flow.topology(
                new TopologyNodes(cluster, spans), new Counters(monitoring.registry()), partitions),
            EngineSettings.of(cluster, engine));
    streams.setUncaughtExceptionHandler(this::threadDied);
    streams.setStateListener((state, before) -> stateChanged(state));
    metrics = monitoring.watch(streams::metrics);
    monitoring.readiness("streams-running", () -> streams.state() == KafkaStreams.State.RUNNING);
    monitoring.liveness("streams-not-failed", () -> !failed(streams.state()));
  }

  /** The consumer group of a run. */
  public static String group(Cluster cluster) {
    return EngineSettings.applicationId(cluster);
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
    int partitions = TopicCheck.check(cluster, flow.topics());
    MonitoringServer monitoring =
        MonitoringServer.start("streams", config.observe(), UsualPort.STREAMS);
    try {
      warnOfRemoved(RemovedInputs.of(cluster), new Counters(monitoring.registry()));
      StreamsService service = new StreamsService(cluster, flow, partitions, monitoring);
      service.dropStoresOfOtherTopics(cluster, flow);
      service.streams.start();
      return service;
    } catch (RuntimeException e) {
      monitoring.close();
      throw e;
    }
  }

  private void dropStoresOfOtherTopics(Cluster cluster, Flow flow) {
    StateOrigin origin =
        StateOrigin.of(
            cluster,
            flow.config().engine().stateDir(),
            flow.topics().stream().map(topic -> topic.in(run)).toList());
    origin
        .differs()
        .ifPresent(
            reason -> {
              LOG.warn("the stores are dropped and made again from their changelogs: {}", reason);
              streams.cleanUp();
            });
    origin.save();
  }

  private static void warnOfRemoved(List<RemovedInputs> removed, Counters counters) {
    counters.removed(removed.stream().mapToLong(RemovedInputs::count).sum());
    removed.forEach(range -> LOG.warn("{}", range));
  }

  @Override
  public String summary() {
    return "run '%s', stages admit, schedule, grade, pair, close".formatted(run);
  }

  @Override
  public List<String> portsTaken() {
    return monitoring.taken().stream().toList();
  }

  @Override
  public int monitoringPort() {
    return monitoring.port();
  }

  @Override
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** State of Kafka Streams. */
  public KafkaStreams.State state() {
    return streams.state();
  }

  /** Waits until partitions are being worked on for the first time; false after the timeout. */
  public boolean awaitRunning(Duration timeout) throws InterruptedException {
    return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Finishes the work in hand, commits and leaves the group, so that others continue at once. */
  @Override
  public synchronized void close() {
    if (closing.getCount() == 0) {
      return;
    }
    closing.countDown();
    // First: metrics of stores are not to be read while the stores are closed.
    metrics.close();
    boolean clean =
        streams.close(
            CloseOptions.timeout(closeTimeout)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    if (!clean) {
      LOG.warn(
          "streams did not stop within {}: what was not committed is done again", closeTimeout);
    }
    spans.close();
    monitoring.close();
    ended.complete(null);
  }

  private void stateChanged(KafkaStreams.State state) {
    LOG.info("streams: {}", state);
    if (state == KafkaStreams.State.RUNNING) {
      running.countDown();
    }
    if (state == KafkaStreams.State.ERROR) {
      IllegalStateException failure =
          Optional.ofNullable(lastFailure.get())
              .orElseGet(() -> new IllegalStateException("Kafka Streams is in state ERROR"));
      LOG.error("streams stopped: {}", failure.getMessage());
      ended.completeExceptionally(failure);
    }
  }

  private static boolean failed(KafkaStreams.State state) {
    return state == KafkaStreams.State.PENDING_ERROR || state == KafkaStreams.State.ERROR;
  }

  /** Runs on the thread that died; its replacement starts when this returns. */
  private StreamThreadExceptionResponse threadDied(Throwable cause) {
    lastFailure.set(new IllegalStateException(Failures.innermost(cause), cause));
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
}
