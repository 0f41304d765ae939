package orcaflow.cli.make;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import orcaflow.agents.model.ModelClient;

/** Counts the calls that are sent and not answered. */
final class InFlight implements UnaryOperator<ModelClient> {

  private final AtomicInteger calls = new AtomicInteger();

  @Override
  public ModelClient apply(ModelClient client) {
    return request -> {
      calls.incrementAndGet();
      return client.ask(request).onComplete(done -> calls.decrementAndGet());
    };
  }

  int now() {
    return calls.get();
  }
}
