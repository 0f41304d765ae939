package orcaflow.agents;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import orcaflow.agents.model.BilledCall;
import orcaflow.agents.model.Endpoint;
import orcaflow.agents.model.HttpModelClient;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.Preflight;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;
import orcaflow.schemas.Serdes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One real question to each endpoint before anything starts: whether it can be reached, takes the
 * key, knows the model, and gives an answer that can be read. A rate limit passes: the endpoint is
 * there.
 */
public final class AgentsPreflight {

  private static final Logger LOG = LoggerFactory.getLogger(AgentsPreflight.class);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private AgentsPreflight() {}

  /** An endpoint does not answer as it must. */
  public static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message);
    }
  }

  /** Who is asked, and for which model. */
  private record Question(EndpointConfig endpoint, String model) {}

  /**
   * Asks the endpoints of the stages that run; each role with its model once. The student is asked
   * only where it is another server than the policy server, which has no policy yet. Of several
   * endpoints of a role, one that is away is only warned of.
   *
   * @return the calls that may have been billed, to be stored once the run's topics are there
   * @throws Failed for the first endpoint that does not answer, with the setting to look at
   */
  public static List<ModelCall> ask(AgentsConfig config) {
    Serdes.trustEvents();
    List<ModelCall> calls = new ArrayList<>();
    Vertx vertx = Vertx.vertx();
    try {
      questions(config).forEach((question, role) -> calls.addAll(ask(vertx, role, question)));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
    return calls;
  }

  private static Map<Question, String> questions(AgentsConfig config) {
    AgentsConfig.Stages stages = config.stages();
    AgentsConfig.Endpoints endpoints = config.endpoints();
    Map<Question, String> questions = new LinkedHashMap<>();
    for (AgentsConfig.Asking stage : List.of(stages.askMeAnything(), stages.suggestAndEdit())) {
      if (stage.run()) {
        questions.putIfAbsent(new Question(endpoints.agents(), stage.model().model()), "agents");
      }
    }
    if (stages.solve().run() && !stages.solve().byGold()) {
      questions.putIfAbsent(
          new Question(endpoints.teacher(), stages.solve().model().model()), "teacher");
    }
    if (stages.judge().run()) {
      questions.putIfAbsent(
          new Question(endpoints.judge(), stages.judge().model().model()), "judge");
    }
    if (stages.sample().run()) {
      stages
          .sample()
          .model()
          .ifPresent(
              model -> questions.putIfAbsent(new Question(endpoints.student(), model), "student"));
    }
    return questions;
  }

  private static List<ModelCall> ask(Vertx vertx, String role, Question question) {
    List<ModelCall> calls = new ArrayList<>();
    List<Failed> away = new ArrayList<>();
    List<EndpointConfig> members = question.endpoint().members();
    for (int i = 0; i < members.size(); i++) {
      String name = EndpointConfig.memberName(role, i);
      try {
        calls.add(ask(vertx, name, members.get(i), question.model()));
      } catch (CompletionException e) {
        Failed failed =
            new Failed(
                "endpoint '%s' does not answer a first question for model '%s': %s"
                    .formatted(
                        name,
                        members.get(i).model().orElse(question.model()),
                        e.getCause().getMessage()));
        if (!mayReturn(e.getCause())) {
          throw failed;
        }
        away.add(failed);
      }
    }
    if (calls.isEmpty()) {
      throw away.get(0);
    }
    away.forEach(failed -> LOG.warn("{}; the others are asked", failed.getMessage()));
    return calls;
  }

  private static boolean mayReturn(Throwable failure) {
    return failure instanceof ModelFailure.Unavailable away && away.remedy() == Remedy.WAIT;
  }

  /**
   * Asks one endpoint.
   *
   * @throws CompletionException with the failure, if it does not answer
   */
  static ModelCall ask(Vertx vertx, String name, EndpointConfig settings, String model) {
    Endpoint endpoint = ModelClients.endpoint(name, settings).within(LONGEST);
    ModelRequest request = Preflight.question(model);
    BilledCall billed = new BilledCall(endpoint.name(), settings.prices());
    long started = System.nanoTime();
    try (HttpModelClient client = new HttpModelClient(vertx, endpoint)) {
      ModelResponse response =
          ModelClients.called(settings, client)
              .ask(request)
              .toCompletionStage()
              .toCompletableFuture()
              .join();
      return billed
          .withoutText(request, response.usage(), millisSince(started))
          .setServedBy(response.servedBy())
          .setOutcome(CallOutcome.ANSWERED)
          .build();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ModelFailure.RateLimited limited) {
        return billed
            .withoutText(request, limited.usage(), millisSince(started))
            .setServedBy(request.model())
            .setOutcome(CallOutcome.RATE_LIMITED)
            .setReason(limited.getMessage())
            .build();
      }
      throw e;
    }
  }

  private static long millisSince(long started) {
    return (System.nanoTime() - started) / 1_000_000;
  }
}
