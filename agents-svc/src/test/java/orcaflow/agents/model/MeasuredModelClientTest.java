package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MeasuredModelClientTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  static Stream<Arguments> outcomes() {
    return Stream.of(
        Arguments.of(
            Future.succeededFuture(
                new ModelResponse("m", List.of(new ModelResponse.Text("a", "stop")), 1, 1, 1)),
            "answered"),
        Arguments.of(failed(new ModelFailure.RateLimited("", Optional.empty())), "ratelimited"),
        Arguments.of(failed(new ModelFailure.Unavailable("")), "unavailable"),
        Arguments.of(failed(new ModelFailure.Refused("")), "refused"),
        Arguments.of(failed(new ModelFailure.Malformed("")), "malformed"),
        Arguments.of(failed(new IllegalStateException("a bug")), "other"));
  }

  /** The outcomes are labels of a published metric: a class with a new name would change them. */
  @ParameterizedTest
  @MethodSource("outcomes")
  void everyCallIsTimedByEndpointStageAndOutcome(Future<ModelResponse> response, String outcome) {
    new MeasuredModelClient("teacher", request -> response, registry).ask(request());
    assertThat(
            registry
                .get("orcaflow.model.calls")
                .tags("endpoint", "teacher", "stage", "solve", "outcome", outcome)
                .timer()
                .count())
        .isEqualTo(1);
  }

  private static Future<ModelResponse> failed(RuntimeException failure) {
    return Future.failedFuture(failure);
  }

  private static ModelRequest request() {
    return Questions.of("hi");
  }
}
