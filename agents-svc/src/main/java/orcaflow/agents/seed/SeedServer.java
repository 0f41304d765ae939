package orcaflow.agents.seed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.BindException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import orcaflow.service.Loopback;

/**
 * {@code POST /seeds} on loopback: rows of seeds as JSON Lines or a JSON array. The reply comes
 * when the rows are in the log, with their number.
 *
 * <p>Any page in a browser on this machine can send a form or plain text to a loopback address, and
 * a name of somebody else's can point to it. So only media types that a browser asks about first
 * are taken, and only under names of the loopback address.
 */
public final class SeedServer implements SeedRows {

  /** The port that is taken where none is named. */
  public static final int USUAL_PORT = 8077;

  private static final String PATH = "/seeds";
  private static final String LOOPBACK = "127.0.0.1";
  private static final long BODY_LIMIT = 8 << 20;
  private static final int MOST_WAITING = 8;
  private static final Set<String> NAMES = Set.of(LOOPBACK, "localhost", "[::1]", "::1");
  private static final Set<String> TYPES =
      Set.of("application/x-ndjson", "application/jsonl", "application/json");

  private final PostedRows rows = new PostedRows(MOST_WAITING);
  private final Vertx vertx = Loopback.vertx();
  private final HttpServer server;

  private SeedServer(OptionalInt port, Consumer<String> said) {
    try {
      this.server = listen(port, said);
    } catch (CompletionException e) {
      vertx.close();
      throw new IllegalStateException(
          "seeds cannot be taken on %s:%d: %s"
              .formatted(LOOPBACK, port.orElse(USUAL_PORT), e.getCause().getMessage()),
          e.getCause());
    }
  }

  /**
   * Starts listening.
   *
   * @param port 0 for a free one; without one the usual port, or a free one if that is taken
   * @param said gets the address
   * @throws IllegalStateException if the port that is named cannot be bound
   */
  public static SeedServer start(OptionalInt port, Consumer<String> said) {
    return new SeedServer(port, said);
  }

  /** Where rows are posted. */
  public String url() {
    return "http://%s:%d%s".formatted(LOOPBACK, server.actualPort(), PATH);
  }

  @Override
  public Optional<Line> next() {
    return rows.next();
  }

  /** Called when every row that was taken so far is in the log: answers their posts. */
  public void committed() {
    rows.committed();
  }

  /** Refuses the posts that wait, and stops. */
  @Override
  public void close() {
    rows.close();
    await(server.close());
    await(vertx.close());
  }

  private HttpServer listen(OptionalInt port, Consumer<String> said) {
    HttpServer listening;
    try {
      listening = bind(port.orElse(USUAL_PORT));
    } catch (CompletionException e) {
      if (port.isPresent() || !(e.getCause() instanceof BindException)) {
        throw e;
      }
      said.accept("port %d is taken: seeds are taken on a free one".formatted(USUAL_PORT));
      listening = bind(0);
    }
    said.accept(
        "POST http://%s:%d%s takes seeds".formatted(LOOPBACK, listening.actualPort(), PATH));
    return listening;
  }

  private HttpServer bind(int port) {
    return await(vertx.createHttpServer().requestHandler(routes()).listen(port, LOOPBACK));
  }

  private Router routes() {
    Router router = Router.router(vertx);
    router
        .post(PATH)
        .handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT))
        .handler(SeedServer::guard)
        .handler(this::take);
    router.errorHandler(404, call -> refuse(call, 404, "there is only POST " + PATH));
    router.errorHandler(405, call -> refuse(call, 405, "use POST"));
    router.errorHandler(
        413, call -> refuse(call, 413, "the body is longer than %d bytes".formatted(BODY_LIMIT)));
    return router;
  }

  private static void guard(RoutingContext call) {
    String name =
        Optional.ofNullable(call.request().authority())
            .map(HostAndPort::host)
            .orElse("")
            .toLowerCase(Locale.ROOT);
    String type =
        Optional.ofNullable(call.request().getHeader("Content-Type"))
            .map(header -> header.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT))
            .orElse("");
    if (!NAMES.contains(name)) {
      refuse(call, 403, "the host is '%s': use %s".formatted(name, LOOPBACK));
    } else if (!TYPES.contains(type)) {
      refuse(
          call,
          415,
          "the content type is '%s': use application/x-ndjson or application/json".formatted(type));
    } else {
      call.next();
    }
  }

  private void take(RoutingContext call) {
    Buffer body = Optional.ofNullable(call.body().buffer()).orElseGet(Buffer::buffer);
    try {
      Future.fromCompletionStage(rows.offer(body.getBytes()), vertx.getOrCreateContext())
          .onSuccess(result -> answer(call, result))
          .onFailure(failure -> refuse(call, 503, failure.getMessage()));
    } catch (PostedRows.Full e) {
      call.response().putHeader("Retry-After", "1");
      refuse(call, 503, e.getMessage());
    }
  }

  private static void answer(RoutingContext call, PostedRows.Result result) {
    JsonObject reply = new JsonObject().put("rows", result.rows());
    result.failure().ifPresent(failure -> reply.put("error", failure));
    if (result.rows() == 0 && result.failure().isEmpty()) {
      reply.put("error", "there is no row in the body");
    }
    send(call, reply.containsKey("error") ? 400 : 200, reply);
  }

  private static void refuse(RoutingContext call, int status, String reason) {
    send(call, status, new JsonObject().put("error", reason));
  }

  private static void send(RoutingContext call, int status, JsonObject body) {
    if (!call.response().closed() && !call.response().ended()) {
      call.response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(body.toBuffer());
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
