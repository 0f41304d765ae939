package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import orcaflow.agents.model.ModelFailure.Malformed;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Refused;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(Await.LIMIT_SECONDS)
class PoliteModelClientTest {

  private static final Limits LIMITS = new Limits(4, 3);

  /** The settings that the tests vary. */
  private record Limits(int concurrency, int attempts, Duration longestBackoff) {
    Limits(int concurrency, int attempts) {
      this(concurrency, attempts, Duration.ofMinutes(1));
    }

    EndpointLimits toEndpointLimits() {
      return new EndpointLimits(
          concurrency,
          attempts,
          Duration.ofMillis(1),
          // Also the time for which the breaker stays open.
          longestBackoff,
          Duration.ofMinutes(10),
          OptionalLong.empty(),
          OptionalLong.empty(),
          PriceList.of(0, 1e6));
    }
  }

  /** The requests that reached the endpoint. */
  private final List<ModelRequest> requests = Collections.synchronizedList(new ArrayList<>());

  private final Budget budget = new Budget(new Ledger());
  private final List<PoliteModelClient> clients = new ArrayList<>();

  @AfterEach
  void close() {
    clients.forEach(PoliteModelClient::close);
  }

  static List<ModelFailure> retryableFailures() {
    return List.of(
        new Unavailable("down"),
        new RateLimited("slower", Optional.empty()),
        new RateLimited("slower", Optional.of(Duration.ZERO)));
  }

  @ParameterizedTest
  @MethodSource("retryableFailures")
  void aRetryableFailureIsTriedAgain(ModelFailure failure) throws Exception {
    PoliteModelClient client =
        client(LIMITS, n -> n < 3 ? Future.failedFuture(failure) : response(1));
    assertThat(get(client.ask(request())).attempts()).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("retryableFailures")
  void theLastAttemptsFailureIsTheCallers(ModelFailure failure) throws Exception {
    PoliteModelClient client = client(LIMITS, n -> Future.failedFuture(failure));
    assertThat(failure(client.ask(request()))).isSameAs(failure);
    assertThat(requests).hasSize(3);
  }

  static List<ModelFailure> lastingFailures() {
    return List.of(new Refused("too long"), new Malformed("no choices"));
  }

  @ParameterizedTest
  @MethodSource("lastingFailures")
  void aLastingFailureIsTriedOnce(ModelFailure failure) throws Exception {
    PoliteModelClient client = client(LIMITS, n -> Future.failedFuture(failure));
    assertThat(failure(client.ask(request()))).isSameAs(failure);
    assertThat(requests).hasSize(1);
  }

  @Test
  void theWaitIsAtLeastThatOfRetryAfter() throws Exception {
    Duration wait = Duration.ofMillis(300);
    PoliteModelClient client =
        client(
            LIMITS,
            n ->
                n == 1
                    ? Future.failedFuture(new RateLimited("slower", Optional.of(wait)))
                    : response(1));
    long started = System.nanoTime();
    get(client.ask(request()));
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(wait);
  }

  @Test
  void callsBeyondTheConcurrencyWait() throws Exception {
    List<Promise<ModelResponse>> open = new ArrayList<>();
    PoliteModelClient client =
        client(
            new Limits(2, 1),
            n -> {
              open.add(Promise.promise());
              return open.get(n - 1).future();
            });
    Future<ModelResponse> first = client.ask(request());
    client.ask(request());
    client.ask(request());
    assertThat(requests).hasSize(2);
    open.get(0).complete(response(1).result());
    get(first);
    assertThat(requests).hasSize(3);
  }

  @Test
  void eightUnavailableCallsOfTenOpenTheBreaker() throws Exception {
    PoliteModelClient client =
        client(
            new Limits(4, 1),
            n -> n <= 2 ? response(1) : Future.failedFuture(new Unavailable("down")));
    for (int i = 0; i < 9; i++) {
      client.ask(request()).otherwiseEmpty().toCompletionStage().toCompletableFuture().get();
    }
    assertThat(client.breakerOpen()).isFalse();
    assertThat(client.breakerClosed()).isTrue();
    assertThat(failure(client.ask(request()))).hasMessage("down");
    assertThat(client.breakerOpen()).isTrue();
    assertThat(client.breakerClosed()).isFalse();
    assertThat(failure(client.ask(request())))
        .isInstanceOf(Unavailable.class)
        .hasMessage("endpoint has failed again and again and is left alone");
    assertThat(requests).hasSize(10);
  }

  @Test
  void theBreakerIsNotClosedWhileACallTriesTheEndpoint() throws Exception {
    Promise<ModelResponse> trial = Promise.promise();
    PoliteModelClient client =
        client(
            new Limits(4, 1, Duration.ofMillis(100)),
            n -> n <= 10 ? Future.failedFuture(new Unavailable("down")) : trial.future());
    for (int i = 0; i < 10; i++) {
      assertThat(failure(client.ask(request()))).hasMessage("down");
    }
    Await.until(
        "a call tries the endpoint",
        Await.LIMIT,
        () -> {
          client.ask(request());
          return requests.size() > 10;
        });
    assertThat(client.breakerOpen()).isFalse();
    assertThat(client.breakerClosed()).isFalse();
  }

  @Test
  void refusedCallsDoNotOpenTheBreaker() throws Exception {
    PoliteModelClient client = client(LIMITS, n -> Future.failedFuture(new Refused("too long")));
    for (int i = 0; i < 20; i++) {
      assertThat(failure(client.ask(request()))).hasMessage("too long");
    }
    assertThat(client.breakerOpen()).isFalse();
  }

  @Test
  void noCallStartsOnceTheBudgetIsSpentAndARaisedOneLetsThemGoOn() throws Exception {
    budget.limit(Budget.RUN, Amount.parse("5EUR"));
    PoliteModelClient client =
        client(
            new Limits(4, 1),
            n -> {
              budget.ledger().add("endpoint", "solve", 3, 3);
              return response(3);
            });
    get(client.ask(request()));
    get(client.ask(request()));
    assertThat(failure(client.ask(request())))
        .isInstanceOf(Unavailable.class)
        .hasMessage(
            "the budget of 5EUR for the run is spent (6.0000 EUR): './orcaflow budget raise' lets"
                + " it go on");
    assertThat(client.waiting()).isPresent();
    assertThat(requests).hasSize(2);
    budget.limit(Budget.RUN, Amount.parse("7EUR"));
    budget.limit("solve", Amount.parse("100tokens"));
    get(client.ask(request()));
    assertThat(client.waiting()).isEmpty();
    assertThat(failure(client.ask(request()))).hasMessageStartingWith("the budget of 7EUR");
    budget.limit(Budget.RUN, Amount.parse("700EUR"));
    budget.limit("solve", Amount.parse("9tokens"));
    assertThat(failure(client.ask(request())))
        .hasMessageStartingWith("the budget of 9tokens for solve is spent (9 tokens)");
    assertThat(requests).hasSize(3);
  }

  /**
   * @param nth the endpoint's response to its n-th request, from 1
   */
  private PoliteModelClient client(Limits limits, IntFunction<Future<ModelResponse>> nth) {
    ModelClient endpoint =
        request -> {
          requests.add(request);
          return nth.apply(requests.size());
        };
    PoliteModelClient client =
        new PoliteModelClient("endpoint", endpoint, limits.toEndpointLimits(), budget);
    clients.add(client);
    return client;
  }

  private static Future<ModelResponse> response(int completionTokens) {
    return Future.succeededFuture(
        new ModelResponse(
            "m", List.of(new ModelResponse.Text("hello", "stop")), 3, completionTokens, 1));
  }

  private static ModelRequest request() {
    return Questions.of("hi");
  }

  private static ModelResponse get(Future<ModelResponse> response) throws Exception {
    return response.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static Throwable failure(Future<ModelResponse> response) throws Exception {
    return response
        .<Throwable>map(unexpected -> new AssertionError("no failure: " + unexpected))
        .otherwise(cause -> cause)
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }
}
