package orcaflow.agents.model;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/**
 * Sends one POST to the endpoint's chat completions for each request. Its Idempotency-Key (IETF
 * draft-ietf-httpapi-idempotency-key-header) is another one for each try, and the same one for a
 * call that is sent again after its process died.
 *
 * <p>All requests start on one event loop. On another thread the connection pool can hand out a
 * connection before Vert.x has set the timer of the wait for it; the timer then fails a call that
 * has long completed.
 */
public final class HttpModelClient implements ModelClient, AutoCloseable {

  private final Vertx vertx;
  private final Endpoint endpoint;
  private final String url;
  private final Context eventLoop;
  private final HttpClient http;
  private volatile Consumer<RateHeaders> rates = headers -> {};

  /** Of the event loop alone. */
  private boolean closed;

  public HttpModelClient(Vertx vertx, Endpoint endpoint) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.url = endpoint.chatCompletions().toString();
    this.eventLoop = vertx.getOrCreateContext();
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout(10_000)
            .setKeepAliveTimeout(60)
            .setDecompressionSupported(true);
    endpoint.transport().apply(options);
    this.http =
        vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(endpoint.connections()));
  }

  /** Receives the limits that the headers of each reply name. */
  public void onRates(Consumer<RateHeaders> listener) {
    rates = listener;
  }

  /** A request after the end is not sent and gets no answer: its stage has left by then. */
  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    Promise<ModelResponse> answer = Promise.promise();
    eventLoop.runOnContext(
        run -> {
          if (closed) {
            return;
          }
          RequestOptions options =
              new RequestOptions()
                  .setMethod(HttpMethod.POST)
                  .setAbsoluteURI(url)
                  .setFollowRedirects(false)
                  .putHeader("User-Agent", "orcaflow")
                  .putHeader("Content-Type", "application/json")
                  .putHeader("Accept", "application/json");
          endpoint
              .key()
              .ifPresent(key -> options.putHeader("Authorization", "Bearer " + key.secret()));
          request.idempotencyKey().ifPresent(key -> options.putHeader("Idempotency-Key", key));
          new HttpCall(vertx, endpoint, request, rates)
              .send(http, options, body(request))
              .onComplete(answer);
        });
    return answer.future();
  }

  private Buffer body(ModelRequest request) {
    JsonArray messages = new JsonArray();
    request
        .messages()
        .forEach(
            message ->
                messages.add(
                    new JsonObject()
                        .put("role", message.role())
                        .put("content", message.content())));
    ModelRequest.Sampling sampling = request.sampling();
    JsonObject body =
        new JsonObject()
            .put("model", request.model())
            .put("messages", messages)
            .put("n", sampling.samples())
            .put("temperature", sampling.temperature())
            .put("top_p", sampling.topP())
            .put("max_tokens", sampling.maxTokens())
            .put("seed", sampling.seed());
    if (sampling.tokenIds()) {
      body.put("return_token_ids", true);
    }
    if (sampling.newer()) {
      body.put("allow_newer", true);
    }
    endpoint.serviceTier().ifPresent(tier -> body.put("service_tier", tier));
    request.form().ifPresent(form -> body.put("response_format", form.responseFormat()));
    return (sampling.stop().isEmpty() ? body : body.put("stop", new JsonArray(sampling.stop())))
        .toBuffer();
  }

  @Override
  public void close() {
    eventLoop.runOnContext(
        run -> {
          closed = true;
          http.close();
        });
  }
}
