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
 * One POST to {@code /v1/chat/completions} for each question, all from one event loop: a connection
 * asked for on another thread may be there before Vert.x has set the timer of its wait, which then
 * goes off for a call long answered.
 */
public final class HttpModelClient implements ModelClient, AutoCloseable {

  private final Endpoint endpoint;
  private final Context loop;
  private final WebClient http;

  public HttpModelClient(Vertx vertx, Endpoint endpoint) {
    this.endpoint = endpoint;
    this.loop = vertx.getOrCreateContext();
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
  public Future<ModelResponse> ask(ModelRequest question) {
    Promise<Void> there = Promise.promise();
    loop.runOnContext(there::complete);
    return there.future().compose(nothing -> send(question));
  }

  private Future<ModelResponse> send(ModelRequest question) {
    HttpRequest<Buffer> request =
        http.postAbs(endpoint.chatCompletions().toString())
            .timeout(endpoint.timeout().toMillis())
            .putHeader("Accept", "application/json");
    endpoint.key().ifPresent(key -> request.putHeader("Authorization", "Bearer " + key.secret()));
    return request
        .sendJsonObject(body(question))
        .recover(away -> Future.failedFuture(unreachable(away)))
        .compose(response -> read(question, response));
  }

  private static JsonObject body(ModelRequest question) {
    JsonArray messages = new JsonArray();
    question
        .messages()
        .forEach(
            message ->
                messages.add(
                    new JsonObject()
                        .put("role", message.role())
                        .put("content", message.content())));
    ModelRequest.Sampling sampling = question.sampling();
    JsonObject body =
        new JsonObject()
            .put("model", question.model())
            .put("messages", messages)
            .put("n", sampling.samples())
            .put("temperature", sampling.temperature())
            .put("top_p", sampling.topP())
            .put("max_tokens", sampling.maxTokens())
            .put("seed", sampling.seed());
    return sampling.stop().isEmpty() ? body : body.put("stop", new JsonArray(sampling.stop()));
  }

  private ModelFailure unreachable(Throwable away) {
    return new ModelFailure.Unavailable(
        "%s cannot be reached: %s".formatted(endpoint.name(), away.getMessage()));
  }

  private Future<ModelResponse> read(ModelRequest question, HttpResponse<Buffer> response) {
    return WireReply.read(
        endpoint.name(),
        question.model(),
        response.statusCode(),
        name -> response.getHeader(name),
        response.bodyAsString() == null ? "" : response.bodyAsString());
  }

  @Override
  public void close() {
    http.close();
  }
}
