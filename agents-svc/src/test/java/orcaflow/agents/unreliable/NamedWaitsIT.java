package orcaflow.agents.unreliable;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import orcaflow.agents.model.Budget;
import orcaflow.agents.model.Endpoint;
import orcaflow.agents.model.EndpointLimits;
import orcaflow.agents.model.HttpModelClient;
import orcaflow.agents.model.Ledger;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.PoliteModelClient;
import orcaflow.agents.model.PriceList;
import orcaflow.agents.model.Questions;
import orcaflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No call comes earlier than a reply names, by the clock of a real server, as a table. Four calls
 * are in flight when the server names the wait; eight more wait behind them.
 */
@Timeout(Await.LIMIT_SECONDS)
class NamedWaitsIT {

  private static final int CALLS = 12;

  private static final List<Row> ROWS =
      List.of(
          row(429, 1000, "Retry-After", until -> "1"),
          row(503, 1000, "Retry-After", until -> "1"),
          row(429, 1500, "Retry-After", until -> "1.5"),
          row(503, 1500, "Retry-After", until -> "1.5"),
          row(429, 2000, "Retry-After", NamedWaitsIT::date),
          row(503, 2000, "Retry-After", NamedWaitsIT::date),
          row(429, 1200, "retry-after-ms", until -> "1200"),
          row(503, 1200, "retry-after-ms", until -> "1200"),
          row(429, 1300, "x-ratelimit-reset-requests", until -> "1.3s"),
          row(503, 2000, "x-ratelimit-reset-tokens", until -> "2"),
          row(429, 2000, "x-ratelimit-reset", until -> "" + until.getEpochSecond()),
          row(429, 1700, "anthropic-ratelimit-requests-reset", Instant::toString),
          row(200, 1400, "x-ratelimit-reset-requests", until -> "1s400ms"),
          row(200, 1600, "x-ratelimit-reset-tokens", until -> "1.6"),
          row(200, 1700, "anthropic-ratelimit-requests-reset", Instant::toString));

  /** What a server says, and how long that is. */
  private record Row(int status, long millis, String header, Function<Instant, String> value) {
    /** What is left belongs to a reset; a failure needs no such word. */
    Optional<String> left() {
      return header.contains("reset")
          ? Optional.of(
              header
                  .replace("requests-reset", "requests-remaining")
                  .replace("-reset", "-remaining"))
          : Optional.empty();
    }
  }

  private static Row row(int status, long millis, String header, Function<Instant, String> value) {
    return new Row(status, millis, header, value);
  }

  /** A date has whole seconds. */
  private static String date(Instant until) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(until.atZone(ZoneOffset.UTC));
  }

  @Test
  void noCallComesEarlierThanAReplyNames() {
    Vertx vertx = Vertx.vertx();
    try {
      List<WaitNamingServer> servers =
          ROWS.stream()
              .map(
                  row ->
                      new WaitNamingServer(
                          vertx, row.status(), row.millis(), row.header(), row.left(), row.value()))
              .toList();
      List<Future<?>> asked = new ArrayList<>();
      List<PoliteModelClient> clients = new ArrayList<>();
      for (WaitNamingServer server : servers) {
        PoliteModelClient client = client(vertx, server.port());
        clients.add(client);
        IntStream.range(0, CALLS).forEach(n -> asked.add(client.ask(request(n))));
      }
      Future.all(asked).toCompletionStage().toCompletableFuture().join();
      servers.forEach(server -> System.out.println(server.line()));
      assertThat(servers)
          .allSatisfy(server -> assertThat(server.millisEarly()).isLessThanOrEqualTo(0));
      clients.forEach(PoliteModelClient::close);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static PoliteModelClient client(Vertx vertx, int port) {
    Endpoint endpoint =
        new Endpoint(
            URI.create("http://127.0.0.1:" + port),
            Optional.empty(),
            WaitNamingServer.IN_FLIGHT,
            Duration.ofSeconds(20));
    EndpointLimits limits =
        new EndpointLimits(
            WaitNamingServer.IN_FLIGHT,
            4,
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            OptionalLong.empty(),
            OptionalLong.empty(),
            PriceList.FREE);
    HttpModelClient http = new HttpModelClient(vertx, endpoint);
    PoliteModelClient client =
        new PoliteModelClient(endpoint.name(), http, limits, new Budget(new Ledger()));
    http.onRates(client::follow);
    return client;
  }

  private static ModelRequest request(int n) {
    return Questions.of("question " + n);
  }
}
