package orcaflow.trainer.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import orcaflow.service.Metric;
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

  private final TrainerConfig.Server settings;
  private final PolicyCache policies;
  private final RequestQueue queue;
  private final DistributionSummary batchSizes;
  private final Counter dropped;
  private final PolicySwitches switches;
  private final AtomicInteger running = new AtomicInteger();
  private final Map<String, PolicyBatch> batches = new LinkedHashMap<>();
  private final Thread thread = new Thread(this::schedule, "policy-student");

  Scheduler(
      TrainerConfig.Server settings,
      PolicyCache policies,
      RequestQueue queue,
      MeterRegistry metrics) {
    this.settings = settings;
    this.policies = policies;
    this.queue = queue;
    this.batchSizes = Metric.POLICY_BATCH.summary(metrics);
    this.dropped = Metric.POLICY_DROPPED.counter(metrics);
    this.switches = new PolicySwitches(metrics);
    Metric.POLICY_RUNNING.gauge(metrics, running::get);
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
            .or(() -> policies.newest().map(newest -> newest.policy().getVersion()))
            .orElseThrow();
    try {
      batches
          .computeIfAbsent(version, absent -> new PolicyBatch(policies.lease(version)))
          .admit(pending);
      policies
          .newest()
          .filter(newest -> newest.policy().getVersion().equals(version))
          .ifPresent(newest -> switches.begun(newest, pending.asked()));
    } catch (ApiError error) {
      pending.result().completeExceptionally(error);
    } catch (RuntimeException e) {
      LOG.error("policy {} cannot be used", version, e);
      pending.result().completeExceptionally(ApiError.failed(e));
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
