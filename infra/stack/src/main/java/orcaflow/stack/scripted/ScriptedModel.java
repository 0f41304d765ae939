package orcaflow.stack.scripted;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import orcaflow.service.Loopback;
import orcaflow.stack.words.SolutionStyle;
import orcaflow.stack.words.Teacher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OpenAI-compatible model server on loopback that solves the controlled English by rule. It
 * answers on its one event loop: a reply takes microseconds. Any model name is answered, as servers
 * of a single model do.
 */
public final class ScriptedModel implements AutoCloseable {

  /** The name under {@code /v1/models}. */
  public static final String NAME = "scripted";

  private static final Logger LOG = LoggerFactory.getLogger(ScriptedModel.class);
  private static final String CHAT = "/v1/chat/completions";
  private static final String LOOPBACK = "127.0.0.1";
  private static final long LARGEST_BODY = 1 << 20;

  /**
   * @param port 0 for a free one
   * @param styles the teacher's, divided evenly over problems
   */
  public record Settings(int port, List<SolutionStyle> styles) {

    public static final Settings DEFAULT = new Settings(0, Teacher.DEFAULT_STYLES);

    public Settings {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException(
            "port is %d: use a number from 0 (a free port) to 65535".formatted(port));
      }
      styles = List.copyOf(styles);
    }
  }

  private final Settings settings;
  private final ScriptedReplies replies;
  private final Vertx vertx;

  public ScriptedModel(Settings settings) {
    this.settings = settings;
    this.replies = new ScriptedReplies(settings.styles());
    this.vertx = Loopback.vertx();
  }

  /**
   * Listens.
   *
   * @return the port
   * @throws IllegalStateException when the port is taken
   */
  public int start() {
    try {
      return vertx
          .createHttpServer()
          .requestHandler(routes())
          .listen(settings.port(), LOOPBACK)
          .map(HttpServer::actualPort)
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "scripted model cannot listen on %s:%d: %s"
              .formatted(LOOPBACK, settings.port(), e.getCause().getMessage()),
          e.getCause());
    }
  }

  /** Stops listening; calls under way are cut. */
  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Router routes() {
    Router router = Router.router(vertx);
    router
        .post(CHAT)
        .handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY))
        .handler(this::complete);
    router.get("/v1/models").handler(call -> send(call, 200, ChatResponse.models(NAME)));
    router.get("/health/live").handler(ScriptedModel::healthy);
    router.get("/health/ready").handler(ScriptedModel::healthy);
    router.errorHandler(404, call -> refuse(call, 404, "no such path", "not_found"));
    router.errorHandler(405, ScriptedModel::refuseMethod);
    router.errorHandler(413, call -> refuse(call, 413, "the body is too large", "too_large"));
    router.errorHandler(500, ScriptedModel::fail);
    return router;
  }

  private void complete(RoutingContext call) {
    try {
      ChatRequest request = ChatRequest.read(body(call));
      List<String> answers =
          IntStream.range(0, request.samples())
              .mapToObj(sample -> replies.reply(request.messages(), sample))
              .toList();
      long seconds = System.currentTimeMillis() / 1000;
      send(call, 200, ChatResponse.completion(request, answers, seconds));
    } catch (BadRequest e) {
      send(call, 400, ChatResponse.error(e.getMessage(), e.param(), "invalid_value"));
    }
  }

  private static Buffer body(RoutingContext call) {
    return Optional.ofNullable(call.body().buffer()).orElseGet(Buffer::buffer);
  }

  private static void refuseMethod(RoutingContext call) {
    boolean isChat = call.request().path().equals(CHAT);
    call.response().putHeader("allow", isChat ? "POST" : "GET");
    refuse(call, 405, "use " + (isChat ? "POST" : "GET"), "method_not_allowed");
  }

  private static void fail(RoutingContext call) {
    LOG.error("{} {} failed", call.request().method(), call.request().path(), call.failure());
    send(call, 500, ChatResponse.error("this server failed", "", "server_error"));
  }

  private static void refuse(RoutingContext call, int status, String reason, String code) {
    String message = "%s %s: %s".formatted(call.request().method(), call.request().path(), reason);
    send(call, status, ChatResponse.error(message, "", code));
  }

  private static void healthy(RoutingContext call) {
    send(call, 200, new JsonObject().put("status", "UP"));
  }

  private static void send(RoutingContext call, int status, JsonObject body) {
    call.response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(body.toBuffer());
  }
}
