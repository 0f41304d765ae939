package orcaflow.agents;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import orcaflow.agents.model.Waiting;

/**
 * Says every ten seconds which endpoints are waited for, why, and when they are asked again, in the
 * process and in the run log; ends the wait for one whose settings stay wrong.
 */
final class WaitingReport implements AutoCloseable {

  static final Duration INTERVAL = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final long timer;

  /**
   * @param line receives one line for each endpoint
   * @param log receives the waits that are worth a line, also when there are none
   * @param hopeless receives an endpoint that nobody waits for any longer
   */
  WaitingReport(
      Vertx vertx,
      ModelClients models,
      Consumer<String> line,
      WaitingLog log,
      Consumer<Waiting> hopeless) {
    this.vertx = vertx;
    this.timer =
        vertx.setPeriodic(
            INTERVAL.toMillis(),
            tick -> {
              Instant now = Instant.now();
              List<Waiting> waits =
                  models.waiting().stream().filter(waiting -> waiting.worthSaying(now)).toList();
              waits.forEach(waiting -> line.accept(waiting.sentence(now)));
              log.note(waits, now);
              models.hopeless(now).ifPresent(hopeless);
            });
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }
}
