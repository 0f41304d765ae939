package orcaflow.agents.model;

import io.vertx.core.Future;

/** Asks for a model by the name that it has at this endpoint. */
public final class RenamedModelClient implements ModelClient {

  private final String name;
  private final ModelClient inner;

  public RenamedModelClient(String name, ModelClient inner) {
    this.name = name;
    this.inner = inner;
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    return inner.ask(request.of(name));
  }
}
