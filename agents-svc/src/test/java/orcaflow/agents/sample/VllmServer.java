package orcaflow.agents.sample;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;

/**
 * A small HTTP server that answers {@code /v1/chat/completions} as vLLM's does: its fields, its
 * nulls, its errors. The n-th completion of a call has the seed {@code seed + n}; a text names its
 * seed.
 */
final class VllmServer implements AutoCloseable {

  /** What comes before an answer: a status, and how long to stay away. */
  record Trouble(int status, String retryAfter) {}

  /** How it departs from giving what it is asked for. */
  enum Manner {
    ALL_AT_ONCE,
    /** Knows no {@code n}. */
    ONE_A_CALL,
    /** Refuses any {@code n} but 1. */
    ONLY_ONE,
    /** Leaves the model's name out. */
    NAMELESS
  }

  final List<JsonObject> requests = Collections.synchronizedList(new ArrayList<>());
  final Queue<Trouble> troubles = new ArrayDeque<>();
  private final String model;
  private final Manner manner;
  private final HttpServer http;

  VllmServer(Vertx vertx, String model, Manner manner) {
    this.model = model;
    this.manner = manner;
    this.http =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.bodyHandler(body -> answer(request, body)))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  String url() {
    return "http://127.0.0.1:" + http.actualPort();
  }

  private void answer(HttpServerRequest request, Buffer body) {
    JsonObject asked = body.toJsonObject();
    requests.add(asked);
    Trouble trouble = troubles.poll();
    if (!request.path().equals("/v1/chat/completions")) {
      reply(request, 404, new JsonObject().put("detail", "Not Found"));
    } else if (trouble != null) {
      if (!trouble.retryAfter.isEmpty()) {
        request.response().putHeader("Retry-After", trouble.retryAfter);
      }
      reply(request, trouble.status, error("overloaded", "ServiceUnavailable", trouble.status));
    } else if (!asked.getString("model").equals(model)) {
      String message = "The model `" + asked.getString("model") + "` does not exist.";
      reply(request, 404, error(message, "NotFoundError", 404));
    } else if (manner == Manner.ONLY_ONE && asked.getInteger("n") != 1) {
      reply(request, 400, error("n must be 1", "BadRequestError", 400));
    } else {
      reply(request, 200, completion(asked));
    }
  }

  private JsonObject completion(JsonObject asked) {
    int n = manner == Manner.ONE_A_CALL ? 1 : asked.getInteger("n");
    JsonArray choices = new JsonArray();
    for (int i = 0; i < n; i++) {
      choices.add(choice(i, "seed " + (asked.getLong("seed") + i)));
    }
    JsonObject completion =
        new JsonObject()
            .put("id", "chatcmpl-6f0e4b6a")
            .put("object", "chat.completion")
            .put("created", 1_790_000_000)
            .put("model", model)
            .put("choices", choices)
            .putNull("service_tier")
            .putNull("system_fingerprint")
            .put(
                "usage",
                new JsonObject()
                    .put("prompt_tokens", 20)
                    .put("total_tokens", 20 + 3 * n)
                    .put("completion_tokens", 3 * n)
                    .putNull("prompt_tokens_details"))
            .putNull("prompt_logprobs")
            .putNull("prompt_token_ids")
            .putNull("kv_transfer_params");
    if (manner == Manner.NAMELESS) {
      completion.remove("model");
    }
    return completion;
  }

  private static JsonObject choice(int index, String text) {
    JsonObject token =
        new JsonObject()
            .put("token", text)
            .put("logprob", -0.25)
            .put("bytes", new JsonArray().add(115))
            .put("top_logprobs", new JsonArray());
    return new JsonObject()
        .put("index", index)
        .put(
            "message",
            new JsonObject()
                .put("role", "assistant")
                .put("content", text)
                .putNull("refusal")
                .putNull("annotations")
                .putNull("audio")
                .putNull("function_call")
                .put("tool_calls", new JsonArray())
                .putNull("reasoning_content"))
        .put("logprobs", new JsonObject().put("content", new JsonArray().add(token)))
        .put("finish_reason", index % 2 == 0 ? "stop" : "length")
        .putNull("stop_reason")
        .putNull("token_ids");
  }

  private static JsonObject error(String message, String type, int code) {
    return new JsonObject()
        .put(
            "error",
            new JsonObject()
                .put("message", message)
                .put("type", type)
                .putNull("param")
                .put("code", code));
  }

  private static void reply(HttpServerRequest request, int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.toBuffer());
  }

  @Override
  public void close() {
    http.close().toCompletionStage().toCompletableFuture().join();
  }
}
