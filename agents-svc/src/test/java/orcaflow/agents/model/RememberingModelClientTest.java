package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;
import orcaflow.events.SampledTokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RememberingModelClientTest {

  private static final EndpointLimits LIMITS =
      new EndpointLimits(
          1,
          1,
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ofMinutes(10),
          OptionalLong.empty(),
          OptionalLong.empty(),
          PriceList.of(2, 10));
  private static final ModelResponse RESPONSE =
      new ModelResponse(
          "m-1",
          List.of(new ModelResponse.Text("yes", "stop"), new ModelResponse.Text("no", "length")),
          30,
          40,
          2);

  /** A log in memory, which may be out of reach. */
  private static final class MemoryLog implements CallLog {
    final Map<String, ModelCall> calls = new HashMap<>();
    Future<Void> reach = Future.succeededFuture();

    @Override
    public Future<Optional<ModelCall>> find(String id) {
      return reach.map(there -> Optional.ofNullable(calls.get(id)));
    }

    @Override
    public Future<Void> store(ModelCall call) {
      return reach.onSuccess(there -> calls.put(call.getId(), call));
    }
  }

  private final MemoryLog log = new MemoryLog();
  private final List<ModelRequest> requests = new ArrayList<>();

  @Test
  void theSampledTokensAreStored() {
    ModelResponse.Text sampled =
        new ModelResponse.Text(
            "yes",
            "stop",
            ReplyKind.ENDED,
            Optional.empty(),
            Optional.of(new SampledTokens(List.of(4, 2), List.of(-0.5f, -1f))));
    ModelResponse response =
        new ModelResponse("m-1", List.of(sampled, new ModelResponse.Text("no", "stop")), 30, 40, 2);
    client(Future.succeededFuture(response)).ask(request("hi", 0));
    assertThat(client(down()).ask(request("hi", 0)).result().texts()).isEqualTo(response.texts());
  }

  @Test
  void aResponseIsStoredBeforeTheCallerSeesIt() {
    Promise<Void> stored = Promise.promise();
    CallLog slow =
        new CallLog() {
          @Override
          public Future<Optional<ModelCall>> find(String id) {
            return log.find(id);
          }

          @Override
          public Future<Void> store(ModelCall call) {
            return stored.future();
          }
        };
    Future<ModelResponse> response =
        new RememberingModelClient(
                new BilledCall("e", LIMITS.prices()),
                request -> Future.succeededFuture(RESPONSE),
                slow)
            .ask(request("hi", 0));
    assertThat(response.isComplete()).isFalse();
    stored.complete();
    assertThat(response.result()).isEqualTo(RESPONSE);
  }

  @Test
  void theStoredCallHasTheResponseAndItsCost() {
    client(Future.succeededFuture(RESPONSE)).ask(request("hi", 0));
    ModelCall call = log.calls.get(request("hi", 0).id());
    assertThat(call.getOutcome()).isEqualTo(CallOutcome.ANSWERED);
    assertThat(call.getEndpoint()).isEqualTo("https://models");
    assertThat(call.getStage()).isEqualTo("solve");
    assertThat(call.getModel()).isEqualTo("m");
    assertThat(call.getServedBy()).isEqualTo("m-1");
    assertThat(call.getPrompt()).isEqualTo("solve/teacher.v1@0");
    assertThat(call.getTexts()).containsExactly("yes", "no");
    assertThat(call.getFinishReasons()).containsExactly("stop", "length");
    assertThat(call.getAttempts()).isEqualTo(2);
    assertThat(call.getCost()).as("30 at 2 and 40 at 10 a million").isEqualTo(460e-6);
  }

  @Test
  void anEqualRequestIsServedFromTheLog() {
    client(Future.succeededFuture(RESPONSE)).ask(request("hi", 0));
    Future<ModelResponse> again = client(down()).ask(request("hi", 0));
    assertThat(again.result()).isEqualTo(RESPONSE);
    assertThat(requests).hasSize(1);
  }

  @Test
  void anotherAttemptIsAnotherCall() {
    RememberingModelClient client = client(Future.succeededFuture(RESPONSE));
    client.ask(request("hi", 0));
    client.ask(request("hi", 1));
    assertThat(requests).extracting(ModelRequest::attempt).containsExactly(0, 1);
  }

  @Test
  void equalRequestsInFlightShareOneCall() {
    Promise<ModelResponse> later = Promise.promise();
    RememberingModelClient client = client(later.future());
    Future<ModelResponse> first = client.ask(request("hi", 0));
    Future<ModelResponse> second = client.ask(request("hi", 0));
    later.complete(RESPONSE);
    assertThat(List.of(first.result(), second.result())).containsOnly(RESPONSE);
    assertThat(requests).hasSize(1);
  }

  static List<ModelFailure> lastingFailures() {
    return List.of(
        new ModelFailure.Refused("too long"),
        new ModelFailure.TooLong("50 MB", ModelResponse.Usage.reported(3, 4)));
  }

  @ParameterizedTest
  @MethodSource("lastingFailures")
  void aLastingFailureIsStoredAndRepeated(ModelFailure failure) {
    client(Future.failedFuture(failure)).ask(request("hi", 0));
    Throwable again = client(Future.succeededFuture(RESPONSE)).ask(request("hi", 0)).cause();
    assertThat(again).hasSameClassAs(failure).hasMessage(failure.getMessage());
    assertThat(requests).hasSize(1);
  }

  static List<ModelFailure> passingFailures() {
    return List.of(
        new ModelFailure.RateLimited("slower", Optional.empty()),
        new ModelFailure.Unavailable("down"),
        new ModelFailure.Malformed("given up, and kept by a dead letter"));
  }

  @ParameterizedTest
  @MethodSource("passingFailures")
  void aFailureThatMayPassIsNotStored(ModelFailure failure) {
    assertThat(client(Future.failedFuture(failure)).ask(request("hi", 0)).cause())
        .isSameAs(failure);
    assertThat(log.calls).isEmpty();
    assertThat(client(Future.succeededFuture(RESPONSE)).ask(request("hi", 0)).result())
        .isEqualTo(RESPONSE);
  }

  @Test
  void aResponseThatCannotBeStoredIsNotSeen() {
    Promise<ModelResponse> later = Promise.promise();
    Future<ModelResponse> response = client(later.future()).ask(request("hi", 0));
    log.reach = Future.failedFuture(new IllegalStateException("no broker"));
    later.complete(RESPONSE);
    assertThat(response.cause())
        .isInstanceOf(ModelFailure.Unavailable.class)
        .hasMessage("model calls cannot be kept: java.lang.IllegalStateException: no broker");
  }

  @Test
  void withoutTheLogNothingIsAskedAndTheFailureIsRetryable() {
    log.reach = Future.failedFuture(new IllegalStateException("no broker"));
    Future<ModelResponse> response = client(Future.succeededFuture(RESPONSE)).ask(request("hi", 0));
    assertThat(response.cause())
        .isInstanceOf(ModelFailure.Unavailable.class)
        .hasMessage("model calls cannot be kept: java.lang.IllegalStateException: no broker");
    assertThat(requests).isEmpty();
  }

  private RememberingModelClient client(Future<ModelResponse> response) {
    return new RememberingModelClient(
        new BilledCall("https://models", LIMITS.prices()),
        request -> {
          requests.add(request);
          return response;
        },
        log);
  }

  private static Future<ModelResponse> down() {
    return Future.failedFuture(new ModelFailure.Unavailable("down"));
  }

  private static ModelRequest request(String text, int attempt) {
    return new ModelRequest(
        "solve",
        "m",
        Optional.of("solve/teacher.v1@0"),
        List.of(new Message("user", text)),
        new ModelRequest.Sampling(2, 0, 1, 10, 1),
        attempt);
  }
}
