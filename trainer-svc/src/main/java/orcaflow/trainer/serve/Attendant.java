package orcaflow.trainer.serve;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import orcaflow.events.Policy;
import orcaflow.trainer.TrainerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind the counter, on a thread of its own: between two tokens of those who are being
 * served, takes in who waits and lets go who is served or has left. Which policy is the newest is
 * decided when a request begins; one that has begun stays with its policy. Once the counter is
 * closed, those who have begun are still served.
 */
final class Attendant implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Attendant.class);

  private final TrainerConfig.Server settings;
  private final Shelf shelf;
  private final Counter counter;
  private final DistributionSummary batches;
  private final io.micrometer.core.instrument.Counter dropped;
  private final AtomicInteger running = new AtomicInteger();
  private final Map<String, Flight> flights = new LinkedHashMap<>();
  private final Thread thread = new Thread(this::attend, "policy-student");

  Attendant(TrainerConfig.Server settings, Shelf shelf, Counter counter, MeterRegistry metrics) {
    this.settings = settings;
    this.shelf = shelf;
    this.counter = counter;
    this.batches =
        DistributionSummary.builder("orcaflow.policy.batch")
            .description("Completions made side by side")
            .register(metrics);
    this.dropped =
        io.micrometer.core.instrument.Counter.builder("orcaflow.policy.dropped")
            .description("Completions given up half-way, as their client had left")
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

  /** Waits for who has begun; the counter must be closed. */
  @Override
  public void close() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attend() {
    Duration company = Duration.ofMillis(settings.gatherMillis());
    try {
      while (!counter.closed() || !flights.isEmpty()) {
        counter.next(settings.batch() - rows(), flights.isEmpty(), company).forEach(this::begin);
        advance();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      flights.values().forEach(flight -> flight.fail(ApiError.stopping()));
      flights.values().forEach(Flight::close);
    }
  }

  private int rows() {
    return flights.values().stream().mapToInt(Flight::rows).sum();
  }

  private void begin(Counter.Ticket ticket) {
    String version =
        ticket.request().version().or(() -> shelf.newest().map(Policy::getVersion)).orElseThrow();
    try {
      flights.computeIfAbsent(version, absent -> new Flight(shelf.borrow(version))).board(ticket);
    } catch (ApiError error) {
      ticket.answer().completeExceptionally(error);
    } catch (RuntimeException e) {
      LOG.error("policy {} cannot be used", version, e);
      ticket.answer().completeExceptionally(ApiError.failed(e));
    }
  }

  private void advance() {
    running.set(rows());
    if (running.get() > 0) {
      batches.record(running.get());
    }
    for (Iterator<Map.Entry<String, Flight>> all = flights.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Flight> entry = all.next();
      Flight flight = entry.getValue();
      try {
        dropped.increment(flight.advance());
      } catch (RuntimeException e) {
        LOG.error("policy {} could not answer", entry.getKey(), e);
        flight.fail(ApiError.failed(e));
      }
      if (flight.empty()) {
        all.remove();
        flight.close();
      }
    }
    running.set(rows());
  }
}
