package orcaflow.agents.unreliable;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A model server that names a wait to its first four callers, all at once, and answers those that
 * come later. It keeps when the next call came.
 */
final class WaitNamingServer {

  static final int IN_FLIGHT = 4;

  private static final String GOOD =
      "{\"choices\":[{\"message\":{\"content\":\"5\"},\"finish_reason\":\"stop\"}]}";

  private final int status;
  private final long millis;
  private final String header;
  private final Optional<String> left;
  private final Function<Instant, String> value;
  private final int port;
  private final List<HttpServerRequest> first = new ArrayList<>();
  private String said = "";
  private Instant named = Instant.MAX;
  private Instant until = Instant.MAX;
  private volatile Instant next = Instant.MAX;

  /**
   * @param millis the wait
   * @param header header that names it
   * @param left header that says that nothing is left
   * @param value the header's value, for a wait until a time
   */
  WaitNamingServer(
      Vertx vertx,
      int status,
      long millis,
      String header,
      Optional<String> left,
      Function<Instant, String> value) {
    this.status = status;
    this.millis = millis;
    this.header = header;
    this.left = left;
    this.value = value;
    this.port =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .map(HttpServer::actualPort)
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  int port() {
    return port;
  }

  /** How much too early the next call came; negative where it came later. */
  long millisEarly() {
    return Duration.between(next, until).toMillis();
  }

  String line() {
    return "%d %-36s %-30s named %,5d ms, next call after %,5d ms"
        .formatted(
            status,
            header,
            said,
            Duration.between(named, until).toMillis(),
            Duration.between(named, next).toMillis());
  }

  private synchronized void answer(HttpServerRequest request) {
    Instant now = Instant.now();
    if (first.size() >= IN_FLIGHT) {
      next = now.isBefore(next) ? now : next;
      request.response().end(GOOD);
      return;
    }
    first.add(request);
    if (first.size() == IN_FLIGHT) {
      named = now;
      until = now.plusMillis(millis);
      said = value.apply(until);
      // A time in whole seconds is an earlier one.
      until =
          said.contains("GMT") || said.matches("\\d{10}")
              ? until.truncatedTo(ChronoUnit.SECONDS)
              : until;
      first.forEach(this::tell);
    }
  }

  private void tell(HttpServerRequest request) {
    request.response().setStatusCode(status).putHeader(header, said);
    left.ifPresent(name -> request.response().putHeader(name, "0"));
    request.response().end(status == 200 ? GOOD : "");
  }
}
