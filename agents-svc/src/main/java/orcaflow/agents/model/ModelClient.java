package orcaflow.agents.model;

import io.vertx.core.Future;

/** Asks a model. The future fails with a {@link ModelFailure} and with nothing else. */
public interface ModelClient {

  Future<ModelResponse> ask(ModelRequest request);
}
