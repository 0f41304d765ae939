package orcaflow.agents.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import orcaflow.agents.model.Budget;
import orcaflow.agents.model.Endpoint;
import orcaflow.agents.model.EndpointLimits;
import orcaflow.agents.model.HttpModelClient;
import orcaflow.agents.model.Ledger;
import orcaflow.agents.model.PoliteModelClient;
import orcaflow.agents.model.PriceList;
import orcaflow.agents.sample.VllmServer.Manner;
import orcaflow.agents.sample.VllmServer.Trouble;
import orcaflow.agents.stage.Reply;
import orcaflow.events.Completion;
import orcaflow.events.Lineage;
import orcaflow.events.RolloutRequest;
import orcaflow.events.StudentRollout;
import orcaflow.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sampling a student that somebody else serves. */
@Timeout(Await.LIMIT_SECONDS)
class ForeignStudentIT {

  private static final String MODEL = "orcaflow-student-v3";

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(Manner.class)
  void fourCompletionsComeFromAnyServer(Manner manner) throws Exception {
    try (VllmServer server = new VllmServer(vertx, MODEL, manner)) {
      StudentRollout rollout = rollout(work(server, Optional.of(MODEL)));

      assertThat(rollout.getPolicyVersion()).isEqualTo(MODEL);
      assertThat(rollout.getLineage().getModel()).isEqualTo(MODEL);
      assertThat(rollout.getCompletions())
          .extracting(Completion::getText)
          .containsExactly("seed 50", "seed 51", "seed 52", "seed 53");
      assertThat(rollout.getCompletions())
          .extracting(Completion::getIndex)
          .containsExactly(0, 1, 2, 3);
      int calls =
          switch (manner) {
            case ALL_AT_ONCE, NAMELESS -> 1;
            case ONE_A_CALL -> 4;
            case ONLY_ONE -> 5;
          };
      assertThat(server.requests).hasSize(calls);
    }
  }

  @Test
  void asksAsTheWireHasIt() throws Exception {
    try (VllmServer server = new VllmServer(vertx, MODEL, Manner.ALL_AT_ONCE)) {
      work(server, Optional.of(MODEL));

      assertThat(server.requests.get(0))
          .isEqualTo(
              new JsonObject()
                  .put("model", MODEL)
                  .put(
                      "messages",
                      new JsonArray()
                          .add(new JsonObject().put("role", "user").put("content", "How many?")))
                  .put("n", 4)
                  .put("temperature", 0.7)
                  .put("top_p", 0.95)
                  .put("max_tokens", 64)
                  .put("seed", 50)
                  .put("stop", new JsonArray().add("\nUSER:")));
    }
  }

  @Test
  void waitsWhenTheServerIsOverloadedAndAsksAgain() throws Exception {
    try (VllmServer server = new VllmServer(vertx, MODEL, Manner.ALL_AT_ONCE)) {
      server.troubles.add(new Trouble(429, "0"));
      server.troubles.add(new Trouble(503, ""));
      StudentRollout rollout = rollout(work(server, Optional.of(MODEL)));

      assertThat(rollout.getCompletions()).hasSize(4);
      assertThat(server.requests).hasSize(3);
    }
  }

  @Test
  void aServerThatDoesNotKnowTheModelLosesNoRequest() throws Exception {
    try (VllmServer server = new VllmServer(vertx, MODEL, Manner.ALL_AT_ONCE)) {
      assertThat(work(server, Optional.empty()))
          .isInstanceOfSatisfying(
              Reply.Postponed.class,
              postponed ->
                  assertThat(postponed.reason()).contains("The model `main-M1` does not exist."));
    }
  }

  private Reply work(VllmServer server, Optional<String> model) throws Exception {
    Endpoint endpoint =
        new Endpoint(URI.create(server.url()), Optional.empty(), 4, Duration.ofSeconds(10));
    EndpointLimits limits =
        new EndpointLimits(
            4,
            3,
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMinutes(10),
            OptionalLong.empty(),
            OptionalLong.empty(),
            PriceList.FREE);
    try (HttpModelClient http = new HttpModelClient(vertx, endpoint);
        PoliteModelClient polite =
            new PoliteModelClient("student", http, limits, new Budget(new Ledger()))) {
      return new StudentSampler(polite, model, 3)
          .work(request())
          .toCompletionStage()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static StudentRollout rollout(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.Produced.class);
    return (StudentRollout) ((Reply.Produced) reply).outputs().get(0).event();
  }

  private static RolloutRequest request() {
    return RolloutRequest.newBuilder()
        .setId("r1")
        .setProblemId("p1")
        .setQuestion("How many?")
        .setIteration(2)
        .setPolicyVersion("main-M1")
        .setSamples(4)
        .setTemperature(0.7)
        .setTopP(0.95)
        .setMaxTokens(64)
        .setSeed(50)
        .setLineage(
            Lineage.newBuilder()
                .setSeed("p1")
                .setAgent("schedule")
                .setRound(0)
                .setIndex(0)
                .setTime(Instant.EPOCH)
                .build())
        .build();
  }
}
