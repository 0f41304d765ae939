package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.agents.Lab;
import orcaflow.events.ModelCall;
import orcaflow.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several endpoints as one, against real servers of which one fails and recovers. */
@Timeout(Await.LIMIT_SECONDS)
class FailoverIT {

  private final Vertx vertx = Vertx.vertx();
  private final List<Server> servers = new ArrayList<>();
  private final Budget budget = new Budget(new Ledger());

  /** A server that answers with its name, or with a status and headers. */
  private final class Server {
    final AtomicInteger calls = new AtomicInteger();
    volatile int status = 200;
    volatile String body = "";
    volatile Map<String, String> headers = Map.of();
    private final String name;
    private final int port;
    PoliteModelClient polite;

    Server(String name) {
      this.name = name;
      this.port =
          vertx
              .createHttpServer()
              .requestHandler(
                  request -> {
                    calls.incrementAndGet();
                    headers.forEach(request.response()::putHeader);
                    request.response().setStatusCode(status).end(status == 200 ? good() : body);
                  })
              .listen(0, "127.0.0.1")
              .map(HttpServer::actualPort)
              .toCompletionStage()
              .toCompletableFuture()
              .join();
    }

    private String good() {
      return new JsonObject()
          .put("model", name)
          .put(
              "choices",
              new JsonArray()
                  .add(
                      new JsonObject()
                          .put("message", new JsonObject().put("content", "5"))
                          .put("finish_reason", "stop")))
          .encode();
    }

    FailoverModelClient.Member member(double weight) {
      return member(weight, Duration.ofMillis(300));
    }

    FailoverModelClient.Member member(double weight, Duration longestBackoff) {
      Endpoint endpoint =
          new Endpoint(
              URI.create("http://127.0.0.1:" + port), Optional.empty(), 4, Duration.ofSeconds(10));
      EndpointLimits limits =
          new EndpointLimits(
                  4,
                  2,
                  Duration.ofMillis(10),
                  longestBackoff,
                  Duration.ofMinutes(10),
                  OptionalLong.empty(),
                  OptionalLong.empty(),
                  PriceList.FREE)
              .withPatience(Duration.ofSeconds(1));
      polite =
          new PoliteModelClient(
              endpoint.name(), new HttpModelClient(vertx, endpoint), limits, budget);
      return new FailoverModelClient.Member(
          endpoint.name(), weight, limits.longestBackoff(), polite, polite::waiting);
    }

    /** Its answers are to be stored, and the store is away. */
    FailoverModelClient.Member withoutStore() {
      FailoverModelClient.Member one = member(1);
      CallLog away =
          new CallLog() {
            @Override
            public Future<Optional<ModelCall>> find(String id) {
              return Future.succeededFuture(Optional.empty());
            }

            @Override
            public Future<Void> store(ModelCall call) {
              return Future.failedFuture("no broker");
            }
          };
      return new FailoverModelClient.Member(
          one.name(),
          one.weight(),
          one.away(),
          new RememberingModelClient(
              new BilledCall(one.name(), PriceList.FREE), one.client(), away),
          one.waiting());
    }

    void answers(int status, String body, String retryAfter) {
      this.status = status;
      this.body = body;
      this.headers = retryAfter.isEmpty() ? Map.of() : Map.of("Retry-After", retryAfter);
    }
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.polite.close());
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void requestsGoByWeightAndEqualOnesToTheSameEndpoint() {
    Server a = server("a");
    Server b = server("b");
    FailoverModelClient client = new FailoverModelClient(List.of(a.member(1), b.member(3)));
    Map<Integer, String> served = new HashMap<>();
    for (int n = 0; n < 200; n++) {
      served.put(n, ask(client, n));
    }
    assertThat(a.calls.get()).isBetween(30, 70);
    assertThat(a.calls.get() + b.calls.get()).isEqualTo(200);
    served.forEach((n, by) -> assertThat(ask(client, n)).isEqualTo(by));
  }

  /** A failure of the endpoint, and whether it is asked again within a second. */
  private record Outage(int status, String body, String header, boolean soon) {}

  static List<Outage> outages() {
    return List.of(
        new Outage(503, "", "", true),
        new Outage(502, "<html>", "", true),
        new Outage(401, "", "", true),
        new Outage(429, "", "", true),
        new Outage(429, "", "300", false),
        new Outage(429, "{\"error\":{\"code\":\"insufficient_quota\"}}", "", false));
  }

  @ParameterizedTest
  @MethodSource("outages")
  void oneThatIsOutIsPassedByUntilItIsBack(Outage outage) {
    Server a = server("a");
    Server b = server("b");
    // No machine is so slow that the time of an endpoint that is asked seldom comes in between.
    Duration longest = outage.soon() ? Duration.ofMillis(300) : Duration.ofMinutes(5);
    FailoverModelClient client =
        new FailoverModelClient(List.of(a.member(1, longest), b.member(1, longest)));
    a.answers(outage.status(), outage.body(), outage.header());
    assertThat(servedBy(client, 40)).containsExactly("b");
    assertThat(a.calls.get()).as("20 requests of 2 attempts at most").isLessThan(25);
    assertThat(client.waiting().get(0)).isPresent();
    assertThat(client.waiting().get(1)).isEmpty();
    a.answers(200, "", "");
    if (outage.soon()) {
      Lab.await("it is asked again", () -> servedBy(client, 20).contains("a"));
      assertThat(client.waiting().get(0)).isEmpty();
    } else {
      assertThat(servedBy(client, 20)).containsExactly("b");
    }
  }

  @Test
  void callsThatWaitForAnEndpointLeaveItWhenItIsOut() {
    Server a = server("a");
    Server b = server("b");
    FailoverModelClient client = new FailoverModelClient(List.of(a.member(1), b.member(1)));
    a.answers(429, "", "300");
    long began = System.nanoTime();
    List<Future<ModelResponse>> all = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      all.add(client.ask(request(n)));
    }
    all.forEach(
        one ->
            assertThat(one.toCompletionStage().toCompletableFuture().join().servedBy())
                .isEqualTo("b"));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    assertThat(a.calls.get()).as("those in flight").isLessThanOrEqualTo(4);
  }

  @Test
  void aRefusalIsFinal() {
    Server a = server("a");
    Server b = server("b");
    FailoverModelClient client = new FailoverModelClient(List.of(a.member(1), b.member(1)));
    a.answers(400, "too long", "");
    b.answers(400, "too long", "");
    for (int n = 0; n < 10; n++) {
      assertThat(failure(client, n)).isInstanceOf(ModelFailure.Refused.class);
    }
    assertThat(a.calls.get() + b.calls.get()).isEqualTo(10);
  }

  /** An outage of the store is none of the endpoint: nobody else is paid for the same answer. */
  @Test
  void anAnswerThatCannotBeStoredIsNotBoughtASecondTime() {
    Server a = server("a");
    Server b = server("b");
    FailoverModelClient client =
        new FailoverModelClient(Stream.of(a, b).map(Server::withoutStore).toList());
    for (int n = 0; n < 10; n++) {
      assertThat(failure(client, n)).hasMessageStartingWith("model calls cannot be kept");
    }
    assertThat(a.calls.get() + b.calls.get()).isEqualTo(10);
  }

  @Test
  void aSpentBudgetIsSpentEverywhere() {
    Server a = server("a");
    Server b = server("b");
    FailoverModelClient client = new FailoverModelClient(List.of(a.member(1), b.member(1)));
    budget.limit(Budget.RUN, Amount.parse("1tokens"));
    budget.ledger().add("x", "solve", 0, 1);
    for (int n = 0; n < 10; n++) {
      assertThat(failure(client, n)).hasMessageStartingWith("the budget of 1tokens");
    }
    assertThat(a.calls.get() + b.calls.get()).isZero();
  }

  private Server server(String name) {
    Server server = new Server(name);
    servers.add(server);
    return server;
  }

  private static Set<String> servedBy(ModelClient client, int requests) {
    return IntStream.range(0, requests).mapToObj(n -> ask(client, n)).collect(Collectors.toSet());
  }

  private static String ask(ModelClient client, int n) {
    return client.ask(request(n)).toCompletionStage().toCompletableFuture().join().servedBy();
  }

  private static Throwable failure(ModelClient client, int n) {
    return client
        .ask(request(n))
        .<Throwable>map(unexpected -> new AssertionError("no failure: " + unexpected))
        .otherwise(cause -> cause)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private static ModelRequest request(int n) {
    return Questions.of("question " + n);
  }
}
