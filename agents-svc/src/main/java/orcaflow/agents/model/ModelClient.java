package orcaflow.agents.model;

import io.vertx.core.Future;

/** Asks a model. A future that fails, fails with a {@link ModelFailure}. */
public interface ModelClient {

  Future<ModelResponse> ask(ModelRequest question);
}
