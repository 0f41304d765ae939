package orcaflow.agents;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.ReplyKind;

/** A model that gives responses and failures in turn, the last one for ever. */
public record Replies(Deque<Object> script, List<ModelRequest> requests) implements ModelClient {

  public static Replies of(Object... script) {
    return new Replies(new ArrayDeque<>(List.of(script)), new ArrayList<>());
  }

  /** All 100 tokens of {@code AgentContract.SETTINGS} are used. */
  public static ModelResponse text(String text, String finish) {
    return response(new ModelResponse.Text(text, finish));
  }

  public static ModelResponse reasoning(String text, String reasoning, String finish) {
    return response(
        new ModelResponse.Text(text, finish, ReplyKind.of(finish), Optional.of(reasoning)));
  }

  public static ModelResponse refusal(String text) {
    return response(new ModelResponse.Text(text, "stop", ReplyKind.REFUSED, Optional.empty()));
  }

  private static ModelResponse response(ModelResponse.Text text) {
    return new ModelResponse("m-1", List.of(text), 10, 100, 1);
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    requests.add(request);
    Object next = script.size() > 1 ? script.remove() : script.peek();
    return next instanceof ModelFailure failure
        ? Future.failedFuture(failure)
        : Future.succeededFuture((ModelResponse) next);
  }
}
