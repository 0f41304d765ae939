package orcaflow.agents;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import orcaflow.agents.model.Budget;
import orcaflow.agents.model.Endpoint;
import orcaflow.agents.model.HttpModelClient;
import orcaflow.agents.model.Ledger;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.PoliteModelClient;
import orcaflow.events.ModelCall;

/**
 * An endpoint that is asked outside a run, within the limits that hold for a teacher. It counts
 * tokens, and remembers nothing.
 */
final class PoliteEndpoint implements ModelClient, AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final HttpModelClient http;
  private final PoliteModelClient client;
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder completionTokens = new LongAdder();

  /**
   * Opens it with a first question.
   *
   * @param role what it is for
   * @throws AgentsPreflight.Failed in a sentence, if the first question is not answered
   */
  PoliteEndpoint(String role, OutsideModel model) {
    EndpointConfig usual =
        AgentsConfig.defaults()
            .endpoints()
            .teacher()
            .at(model.url().toString())
            .within(model.timeoutSeconds());
    EndpointConfig settings = model.keyVariable().map(usual::withKeyFrom).orElse(usual);
    Endpoint endpoint = ModelClients.endpoint(role, settings);
    http = new HttpModelClient(vertx, endpoint);
    client =
        new PoliteModelClient(endpoint.name(), http, settings.limits(), new Budget(new Ledger()));
    http.onRates(client::follow);
    try {
      ModelCall first = AgentsPreflight.ask(vertx, role, settings, model.name());
      count(first.getPromptTokens(), first.getCompletionTokens());
    } catch (CompletionException e) {
      close();
      throw new AgentsPreflight.Failed(
          "%s does not answer a first question for model '%s': %s"
              .formatted(endpoint.name(), model.name(), e.getCause().getMessage()));
    }
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    return client
        .ask(request)
        .onSuccess(response -> count(response.usage()))
        .onFailure(
            failure -> {
              if (failure instanceof ModelFailure known) {
                count(known.usage());
              }
            });
  }

  /** Waits until all are done. */
  static <T> List<T> all(List<Future<T>> futures) throws InterruptedException {
    try {
      Future.join(futures).toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
    return futures.stream().map(Future::result).toList();
  }

  private void count(ModelResponse.Usage usage) {
    count(usage.promptTokens(), usage.completionTokens());
  }

  private void count(long prompt, long completion) {
    promptTokens.add(prompt);
    completionTokens.add(completion);
  }

  /** What was billed so far. */
  TokenCount tokens() {
    return new TokenCount(promptTokens.sum(), completionTokens.sum());
  }

  @Override
  public void close() {
    client.close();
    http.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
