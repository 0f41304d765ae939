package orcaflow.trainer.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import orcaflow.events.Policy;
import orcaflow.trainer.TrainerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous batching, on a thread of its own: between two tokens of the running requests it admits
 * waiting ones and completes those that are done. The newest policy is looked up when a request
 * begins; a request that has begun stays with its policy. Once the queue is closed, running
 * requests are still completed.
 */
final class Scheduler implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  /** How far back the percentiles of a switch look. */
  private static final Duration SWITCHES_KEPT = Duration.ofHours(1);

  private final TrainerConfig.Server settings;
  private final PolicyCache policies;
  private final RequestQueue queue;
  private final DistributionSummary batchSizes;
  private final Counter dropped;
  private final Timer switches;
  private final AtomicInteger running = new AtomicInteger();
  private final Map<String, PolicyBatch> batches = new LinkedHashMap<>();
  private final Thread thread = new Thread(this::schedule, "policy-student");
  private final Instant start = Instant.now();
  private Optional<Policy> newestBegun = Optional.empty();

  Scheduler(
      TrainerConfig.Server settings,
      PolicyCache policies,
      RequestQueue queue,
      MeterRegistry metrics) {
    this.settings = settings;
    this.policies = policies;
    this.queue = queue;
    this.batchSizes =
        DistributionSummary.builder("orcaflow.policy.batch")
            .description("Completions made side by side")
            .register(metrics);
    this.dropped =
        Counter.builder("orcaflow.policy.dropped")
            .description("Completions given up half-way, as their client had left")
            .register(metrics);
    this.switches =
        Timer.builder("orcaflow.policy.switch")
            .description(
                "From a new policy to the first request that it begins to answer, instead of another")
            .publishPercentiles(0.5, 0.99)
            .distributionStatisticExpiry(SWITCHES_KEPT)
            .register(metrics);
    Gauge.builder("orcaflow.policy.running", running, AtomicInteger::get)
        .description("Completions in work")
        .register(metrics);
  }

  void start() {
    thread.start();
  }

  boolean alive() {
    return thread.isAlive();
  }

  /** Waits for the running requests; the queue must be closed. */
  @Override
  public void close() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void schedule() {
    Duration gather = Duration.ofMillis(settings.gatherMillis());
    try {
      while (!queue.closed() || !batches.isEmpty()) {
        queue.next(settings.batch() - rows(), batches.isEmpty(), gather).forEach(this::begin);
        advance();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      batches.values().forEach(batch -> batch.fail(ApiError.stopping()));
      batches.values().forEach(PolicyBatch::close);
    }
  }

  private int rows() {
    return batches.values().stream().mapToInt(PolicyBatch::rows).sum();
  }

  private void begin(RequestQueue.PendingRequest pending) {
    String version =
        pending
            .request()
            .version()
            .map(wanted -> pending.request().newer() ? policies.newestSince(wanted) : wanted)
            .or(() -> policies.newest().map(Policy::getVersion))
            .orElseThrow();
    try {
      batches
          .computeIfAbsent(version, absent -> new PolicyBatch(policies.lease(version)))
          .admit(pending);
      noteSwitch(version);
    } catch (ApiError error) {
      pending.result().completeExceptionally(error);
    } catch (RuntimeException e) {
      LOG.error("policy {} cannot be used", version, e);
      pending.result().completeExceptionally(ApiError.failed(e));
    }
  }

  /** The first policy is no switch: nothing asks before it is there. */
  private void noteSwitch(String version) {
    Optional<Policy> newest = policies.newest();
    if (newest.equals(newestBegun) || !newest.orElseThrow().getVersion().equals(version)) {
      return;
    }
    boolean first = newestBegun.isEmpty();
    newestBegun = newest;
    Instant published = newest.get().getTime();
    if (!first && published.isAfter(start)) {
      Duration after = Duration.between(published, Instant.now());
      switches.record(after);
      LOG.info("{} begins to answer {} ms after it was published", version, after.toMillis());
    }
  }

  private void advance() {
    running.set(rows());
    if (running.get() > 0) {
      batchSizes.record(running.get());
    }
    for (Iterator<Map.Entry<String, PolicyBatch>> all = batches.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<String, PolicyBatch> entry = all.next();
      PolicyBatch batch = entry.getValue();
      try {
        dropped.increment(batch.advance());
      } catch (RuntimeException e) {
        LOG.error("policy {} could not answer", entry.getKey(), e);
        batch.fail(ApiError.failed(e));
      }
      if (batch.empty()) {
        all.remove();
        batch.close();
      }
    }
    running.set(rows());
  }
}
