package orcaflow.agents.model;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import orcaflow.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The model clients against a remote endpoint that fails. */
@Timeout(Await.LIMIT_SECONDS)
class RemoteEndpointIT {

  private static final String CHAT = "/v1/chat/completions";
  private static final String GOOD =
      """
      {"model":"m-1","choices":[{"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],
       "usage":{"prompt_tokens":3,"completion_tokens":1}}""";

  WireMockServer server;
  Vertx vertx;
  HttpModelClient http;
  PoliteModelClient polite;
  final Budget budget = new Budget(new Ledger());

  @BeforeEach
  void start() {
    server = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
    server.start();
    vertx = Vertx.vertx();
    Endpoint endpoint =
        new Endpoint(
            URI.create(server.baseUrl()),
            Optional.of(new Endpoint.ApiKey("secret")),
            4,
            Duration.ofSeconds(10));
    http = new HttpModelClient(vertx, endpoint);
    polite = polite(OptionalLong.empty(), OptionalLong.empty());
  }

  private PoliteModelClient polite(OptionalLong requestsPerMinute, OptionalLong tokensPerMinute) {
    return new PoliteModelClient(
        "remote",
        http,
        new EndpointLimits(
            4,
            3,
            Duration.ofMillis(10),
            // Also the time for which the breaker stays open; no test waits for it.
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            requestsPerMinute,
            tokensPerMinute,
            PriceList.of(0, 1e6)),
        budget);
  }

  @AfterEach
  void stop() throws Exception {
    polite.close();
    http.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    server.stop();
  }

  @Test
  void anOverloadedEndpointIsAskedAgainAsItWishes() throws Exception {
    then(Scenario.STARTED, "rested", aResponse().withStatus(429).withHeader("Retry-After", "1"));
    then("rested", "rested", aResponse().withStatus(200).withBody(GOOD));
    long began = System.nanoTime();
    ModelResponse response = Questions.response(polite.ask(request()));
    assertThat(response.text()).isEqualTo("hello");
    assertThat(response.attempts()).isEqualTo(2);
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(1_000_000_000L);
    server.verify(
        2,
        postRequestedFor(urlEqualTo(CHAT)).withHeader("Authorization", equalTo("Bearer secret")));
  }

  @ParameterizedTest
  @CsvSource({
    "500, '', Unavailable, 3",
    "401, '', Unavailable, 1",
    "429, '', RateLimited, 3",
    "400, 'too long', Refused, 1",
    "429, '{\"error\":{\"code\":\"insufficient_quota\"}}', Unavailable, 1",
    "200, '<html>', Unavailable, 3",
    "200, '{\"choices\":[]}', Unavailable, 3",
  })
  void eachFailureIsNamedForWhatToDoNext(int status, String body, String failure, int requests) {
    server.stubFor(post(CHAT).willReturn(aResponse().withStatus(status).withBody(body)));
    assertThat(failure(polite.ask(request()))).isEqualTo(failure);
    server.verify(requests, postRequestedFor(urlEqualTo(CHAT)));
  }

  @Test
  void anEndpointThatFailsAgainAndAgainIsLeftAlone() {
    server.stubFor(post(CHAT).willReturn(aResponse().withStatus(503)));
    for (int i = 0; i < 4; i++) {
      assertThat(failure(polite.ask(request()))).isEqualTo("Unavailable");
    }
    assertThat(polite.breakerOpen()).isTrue();
  }

  @Test
  void aCompressedAnswerIsRead() throws Exception {
    server.stubFor(post(CHAT).willReturn(aResponse().withStatus(200).withBody(GOOD)));
    assertThat(Questions.response(polite.ask(request())).text()).isEqualTo("hello");
    server.verify(
        postRequestedFor(urlEqualTo(CHAT)).withHeader("Accept-Encoding", containing("gzip")));
  }

  @Test
  void aLargeAnswerIsCutOffAndNotAskedForAgain() {
    server.stubFor(
        post(CHAT)
            .willReturn(
                aResponse().withStatus(200).withBody(GOOD.replace("hello", "x".repeat(1 << 21)))));
    assertThat(failure(polite.ask(request()))).isEqualTo("TooLong");
    server.verify(1, postRequestedFor(urlEqualTo(CHAT)));
  }

  @Test
  void anAnswerThatTricklesEndsAtTheDeadline() {
    server.stubFor(
        post(CHAT)
            .willReturn(
                aResponse().withStatus(200).withBody(GOOD).withChunkedDribbleDelay(100, 20_000)));
    Endpoint hasty =
        new Endpoint(URI.create(server.baseUrl()), Optional.empty(), 1, Duration.ofSeconds(1));
    long began = System.nanoTime();
    try (HttpModelClient client = new HttpModelClient(vertx, hasty)) {
      assertThat(Questions.cause(client.ask(request())))
          .hasMessage(hasty.name() + " sent no complete answer within 1 s");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"MALFORMED_RESPONSE_CHUNK", "EMPTY_RESPONSE", "CONNECTION_RESET_BY_PEER"})
  void anAnswerThatEndsEarlyIsAFailureOfTheConnection(Fault fault) {
    server.stubFor(post(CHAT).willReturn(aResponse().withStatus(200).withFault(fault)));
    assertThat(Questions.cause(http.ask(request()))).isInstanceOf(ModelFailure.Unavailable.class);
  }

  @Test
  void aWaitThatTheEndpointAsksForIsSaid() throws Exception {
    server.stubFor(
        post(CHAT).willReturn(aResponse().withStatus(503).withHeader("Retry-After", "20")));
    Future<ModelResponse> held = polite.ask(request());
    // The failure is known a moment before the pause that follows from it.
    while (polite.waiting().filter(RemoteEndpointIT::pauses).isEmpty()) {
      Thread.sleep(10);
    }
    Waiting waiting = polite.waiting().get();
    assertThat(waiting.error()).isEqualTo("%s answered 503: (nothing)".formatted(server.baseUrl()));
    assertThat(waiting.failures()).isEqualTo(1);
    assertThat(Duration.between(waiting.since(), waiting.next()))
        .isBetween(Duration.ofSeconds(19), Duration.ofSeconds(21));
    assertThat(held.isComplete()).isFalse();
    server.verify(1, postRequestedFor(urlEqualTo(CHAT)));
  }

  @Test
  void noMoreRequestsAMinuteThanAllowed() throws Exception {
    server.stubFor(post(CHAT).willReturn(aResponse().withStatus(200).withBody(GOOD)));
    try (PoliteModelClient once = polite(OptionalLong.of(1), OptionalLong.empty())) {
      Questions.response(once.ask(request()));
      Future<ModelResponse> second = once.ask(request());
      Questions.response(polite.ask(request()));
      assertThat(second.isComplete()).isFalse();
      server.verify(2, postRequestedFor(urlEqualTo(CHAT)));
    }
  }

  @Test
  void tokensThatAnAnswerDidNotUseAreGivenBack() throws Exception {
    server.stubFor(post(CHAT).willReturn(aResponse().withStatus(200).withBody(GOOD)));
    // A request reserves 10 tokens and uses 4.
    try (PoliteModelClient twelve = polite(OptionalLong.empty(), OptionalLong.of(12))) {
      Questions.response(twelve.ask(request()));
      Future<ModelResponse> second = twelve.ask(request());
      Questions.response(polite.ask(request()));
      assertThat(second.isComplete()).as("8 left, 10 wanted").isFalse();
    }
    try (PoliteModelClient sixteen = polite(OptionalLong.empty(), OptionalLong.of(16))) {
      Questions.response(sixteen.ask(request()));
      assertThat(Questions.response(sixteen.ask(request())).text())
          .as("12 left")
          .isEqualTo("hello");
    }
  }

  private void then(String state, String next, ResponseDefinitionBuilder response) {
    server.stubFor(
        post(CHAT)
            .inScenario("day")
            .whenScenarioStateIs(state)
            .willReturn(response)
            .willSetStateTo(next));
  }

  private static ModelRequest request() {
    return Questions.of("hi");
  }

  private static String failure(Future<ModelResponse> response) {
    return response
        .map(unexpected -> "none")
        .otherwise(cause -> cause.getClass().getSimpleName())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private static boolean pauses(Waiting waiting) {
    return Duration.between(waiting.since(), waiting.next()).toSeconds() > 0;
  }
}
