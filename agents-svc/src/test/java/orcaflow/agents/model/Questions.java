package orcaflow.agents.model;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Requests of which only the text matters, and what becomes of them. */
public final class Questions {

  private Questions() {}

  /** A user's message with this text. */
  public static ModelRequest of(String text) {
    return new ModelRequest(
        "solve",
        "m",
        Optional.empty(),
        List.of(new Message("user", text)),
        new ModelRequest.Sampling(1, 0, 1, 10, 1),
        0);
  }

  /** The response, within 30 s. */
  static ModelResponse response(Future<ModelResponse> response) throws Exception {
    return response.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** The cause of a failure; an error where there is a response. */
  static Throwable cause(Future<ModelResponse> response) {
    return response
        .<Throwable>map(unexpected -> new AssertionError("no failure: " + unexpected))
        .otherwise(failure -> failure)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }
}
