package orcaflow.agents.model;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;

/**
 * Sends one POST to {@code /v1/chat/completions} for each request.
 *
 * <p>All requests start on one event loop. On another thread the connection pool can hand out a
 * connection before Vert.x has set the timer of the wait for it; the timer then fails a call that
 * has long completed.
 */
public final class HttpModelClient implements ModelClient, AutoCloseable {

  private final Endpoint endpoint;
  private final Context eventLoop;
  private final WebClient http;

  public HttpModelClient(Vertx vertx, Endpoint endpoint) {
    this.endpoint = endpoint;
    this.eventLoop = vertx.getOrCreateContext();
    this.http =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setUserAgent("orcaflow")
                .setFollowRedirects(false)
                .setConnectTimeout(10_000)
                .setKeepAliveTimeout(60),
            new PoolOptions().setHttp1MaxSize(endpoint.connections()));
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    Promise<Void> onEventLoop = Promise.promise();
    eventLoop.runOnContext(onEventLoop::complete);
    return onEventLoop.future().compose(nothing -> send(request));
  }

  private Future<ModelResponse> send(ModelRequest request) {
    HttpRequest<Buffer> post =
        http.postAbs(endpoint.chatCompletions().toString())
            .timeout(endpoint.timeout().toMillis())
            .putHeader("Accept", "application/json");
    endpoint.key().ifPresent(key -> post.putHeader("Authorization", "Bearer " + key.secret()));
    return post.sendJsonObject(body(request))
        .recover(failure -> Future.failedFuture(unreachable(failure)))
        .compose(response -> read(request, response));
  }

  private static JsonObject body(ModelRequest request) {
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
    return sampling.stop().isEmpty() ? body : body.put("stop", new JsonArray(sampling.stop()));
  }

  private ModelFailure unreachable(Throwable failure) {
    return new ModelFailure.Unavailable(
        "%s cannot be reached: %s".formatted(endpoint.name(), failure.getMessage()));
  }

  private Future<ModelResponse> read(ModelRequest request, HttpResponse<Buffer> response) {
    return HttpReply.read(
        endpoint.name(),
        request.model(),
        response.statusCode(),
        name -> response.getHeader(name),
        response.bodyAsString() == null ? "" : response.bodyAsString());
  }

  @Override
  public void close() {
    http.close();
  }
}
