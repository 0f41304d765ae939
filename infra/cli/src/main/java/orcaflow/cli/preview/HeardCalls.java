package orcaflow.cli.preview;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import orcaflow.agents.model.ModelClient;

/** Listens to model clients: every call with the text that is sent, in the order of the answers. */
final class HeardCalls implements UnaryOperator<ModelClient> {

  private final List<HeardCall> calls = new ArrayList<>();

  @Override
  public ModelClient apply(ModelClient client) {
    return request ->
        client
            .ask(request)
            .onComplete(
                response -> add(HeardCall.answered(request, response)),
                failure -> add(HeardCall.failed(request, failure)));
  }

  private synchronized void add(HeardCall call) {
    calls.add(call);
  }

  synchronized List<HeardCall> all() {
    return List.copyOf(calls);
  }
}
