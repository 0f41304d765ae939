package orcaflow.cli.page;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import orcaflow.cli.lineage.UnknownId;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.service.Loopback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page of a run on 127.0.0.1: its files, the views as JSON under {@code /api}, and
 * {@code /api/live}, server-sent events that say when there is something new. {@code
 * /api/changes/NAME} changes the run, for a page that has the token of the terminal's link.
 *
 * <p>A page of another site cannot read it: the name in {@code Host} must be a loopback one (DNS
 * rebinding), no other origin is allowed, and the content security policy takes nothing from
 * elsewhere. Texts of events are data in JSON, and the page's script shows them as text.
 */
final class PageServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);
  private static final String HOST = "127.0.0.1";
  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration NEWS = Duration.ofMillis(250);
  private static final int RECORDS = 50;
  private static final int MOST_RECORDS = 500;

  private static final List<String> FILES =
      Stream.concat(
              Stream.of(PageFiles.INDEX, PageFiles.STYLE, PageFiles.ICON),
              PageFiles.MODULES.stream())
          .toList();

  private static final String POLICY =
      String.join(
          "; ",
          List.of(
              "default-src 'none'",
              "script-src 'self'",
              "style-src 'self'",
              "connect-src 'self'",
              "img-src 'self'",
              "base-uri 'none'",
              "form-action 'none'",
              "frame-ancestors 'none'"));

  private static final String AT = "at";

  /** How long an answer waits for the reading of a time that is asked for first. */
  private static final Duration READING = Duration.ofMillis(800);

  private static final String TOKEN = "X-Orcaflow-Token";
  private static final long LONGEST_REQUEST = 16_384;

  private final RunModels runs;
  private final PageChanges changes;
  private final PageToken token = new PageToken();
  private final Vertx vertx = Loopback.vertx();
  private final HttpServer http;

  private PageServer(RunModels runs, PageChanges changes, int port) {
    this.runs = runs;
    this.changes = changes;
    try {
      this.http = await(listen(port));
    } catch (CompletionException e) {
      vertx.close();
      throw new IllegalStateException(
          "the page cannot be served on %s port %d: %s"
              .formatted(HOST, port, e.getCause().getMessage()),
          e.getCause());
    }
    vertx.setPeriodic(LOOK.toMillis(), id -> runs.live().look());
  }

  /**
   * Starts serving.
   *
   * @param port 0 for any free one
   * @throws IllegalStateException if the port cannot be bound
   */
  static PageServer start(RunModels runs, PageChanges changes, int port) {
    return new PageServer(runs, changes, port);
  }

  /** The address of a page that may change something. */
  String link() {
    return url() + token.fragment();
  }

  String url() {
    return "http://%s:%d/".formatted(HOST, http.actualPort());
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private Future<HttpServer> listen(int port) {
    Router router = Router.router(vertx);
    router.route().handler(PageServer::guard);
    view(router, "now", (run, context) -> run.now());
    view(router, "funnel", (run, context) -> run.funnel());
    view(router, "scores", (run, context) -> run.scores());
    view(
        router,
        "curves",
        (run, context) -> run.curves(number(context, "from", 0, Integer.MAX_VALUE)));
    view(router, "verdicts", (run, context) -> run.verdicts());
    view(router, "difficulty", (run, context) -> run.difficulty());
    view(router, "money", (run, context) -> run.money());
    view(router, "policies", (run, context) -> run.promotions());
    view(router, "letters", (run, context) -> run.letters());
    view(router, "records/:topic", PageServer::records);
    view(router, "problem/:id", (run, context) -> run.problem(context.pathParam("id")));
    view(router, "step/:iteration/:step", PageServer::step);
    router.get("/api/time").handler(context -> reply(context, () -> runs.live().span()));
    router.get("/api/live").handler(this::live);
    router.get("/api/changes").handler(this::may).handler(c -> reply(c, changes::possible));
    router
        .post("/api/changes/:change")
        .handler(BodyHandler.create(false).setBodyLimit(LONGEST_REQUEST))
        .handler(this::may)
        .handler(this::change);
    router.get("/api/*").handler(context -> fail(context, 404, "there is no such view"));
    FILES.forEach(name -> router.get("/" + name).handler(context -> file(context, name)));
    // Each view has an address of its own, which the page's script reads.
    router.getWithRegex("/[^.]*").handler(context -> file(context, "index.html"));
    router.route().handler(context -> fail(context, 404, "there is no such file"));
    return vertx
        .createHttpServer(new HttpServerOptions().setHost(HOST).setPort(port))
        .requestHandler(router)
        .listen();
  }

  private static void guard(RoutingContext context) {
    HttpServerResponse response = context.response();
    response
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cache-Control", "no-store");
    HostAndPort authority = context.request().authority();
    if (authority == null || !NAMES.contains(authority.host())) {
      fail(context, 421, "the page is served under 127.0.0.1 and localhost only");
    } else {
      context.next();
    }
  }

  private static void file(RoutingContext context, String name) {
    context.response().putHeader("Content-Type", PageFiles.type(name)).end(PageFiles.text(name));
  }

  /** A view of a run. */
  @FunctionalInterface
  private interface View {
    Object of(RunModel run, RoutingContext context) throws Exception;
  }

  /** A view of the run as it is, or with {@code at} as it was at that time. */
  private void view(Router router, String path, View view) {
    router
        .get("/api/" + path)
        .handler(
            context -> {
              Optional<Instant> at;
              try {
                at = context.queryParam(AT).stream().findFirst().map(Instant::parse);
              } catch (DateTimeParseException e) {
                fail(context, 400, "%s is no time such as 2026-01-02T03:04:05Z".formatted(AT));
                return;
              }
              reply(context, () -> of(at, view, context));
            });
  }

  private Object of(Optional<Instant> at, View view, RoutingContext context) throws Exception {
    RunModel run = at.map(runs::at).orElseGet(runs::live);
    if (at.isPresent()) {
      run.awaitCaughtUp(READING);
    }
    double share = run.share();
    Object made = view.of(run, context);
    if (share < 1) {
      context.response().putHeader("X-Orcaflow-Reading", String.format(Locale.ROOT, "%.3f", share));
    }
    return made;
  }

  private static Object records(RunModel run, RoutingContext context) throws UnknownId {
    Topic<?> topic;
    try {
      topic = Topics.named(context.pathParam("topic"));
    } catch (IllegalArgumentException e) {
      throw new UnknownId(e.getMessage());
    }
    Map<String, String> where = new LinkedHashMap<>();
    context.queryParams().forEach(field -> where.put(field.getKey(), field.getValue()));
    where.remove("n");
    where.remove(AT);
    return run.records(topic, number(context, "n", RECORDS, MOST_RECORDS), where);
  }

  private static Object step(RunModel run, RoutingContext context) throws UnknownId {
    return run.step(context.pathParam("iteration") + "/" + context.pathParam("step"));
  }

  /** Says that there is something new, at most four times a second. */
  private void live(RoutingContext context) {
    HttpServerResponse response = context.response();
    response.putHeader("Content-Type", "text/event-stream").setChunked(true);
    response.write("retry: 1000\n\n");
    long[] said = {-1};
    long timer =
        vertx.setPeriodic(
            NEWS.toMillis(),
            id -> {
              long now = runs.live().version();
              if (now != said[0] && !response.writeQueueFull()) {
                said[0] = now;
                response.write("event: news\ndata: %d\n\n".formatted(now));
              }
            });
    response.closeHandler(closed -> vertx.cancelTimer(timer));
  }

  /**
   * Lets through who has the token and comes from this page: another site has another origin, and
   * cannot send the header.
   */
  private void may(RoutingContext context) {
    HttpServerRequest request = context.request();
    String origin = request.getHeader("Origin");
    boolean own =
        origin == null
            ? request.method() == HttpMethod.GET
            : origin.equals("http://" + request.authority());
    if (own && token.is(request.getHeader(TOKEN))) {
      context.next();
    } else {
      fail(context, 403, "open the page by the link of the terminal to change something");
    }
  }

  /** Fields of the change as a JSON object of texts; with {@code preview} nothing is done. */
  private void change(RoutingContext context) {
    String name = context.pathParam("change");
    boolean preview = context.queryParams().contains("preview");
    Map<String, String> fields;
    try {
      fields = ViewJson.texts(context.body().asString());
    } catch (IllegalArgumentException e) {
      fail(context, 400, e.getMessage());
      return;
    }
    reply(context, () -> preview ? changes.preview(name, fields) : changes.make(name, fields));
  }

  /** A number of the query between 0 and a limit. */
  private static int number(RoutingContext context, String name, int absent, int most) {
    List<String> given = context.queryParam(name);
    try {
      return given.isEmpty() ? absent : Math.min(most, Math.max(0, Integer.parseInt(given.get(0))));
    } catch (NumberFormatException e) {
      return absent;
    }
  }

  /** Makes a view beside the event loop, as it may read topics. */
  private void reply(RoutingContext context, Callable<Object> view) {
    vertx
        .executeBlocking(() -> Buffer.buffer(ViewJson.bytes(view.call())), false)
        .onSuccess(
            json ->
                context
                    .response()
                    .putHeader("Content-Type", "application/json; charset=utf-8")
                    .end(json))
        .onFailure(failure -> failed(context, failure));
  }

  private static void failed(RoutingContext context, Throwable failure) {
    if (failure instanceof UnknownId) {
      fail(context, 404, failure.getMessage());
    } else if (failure instanceof PageChanges.Refused) {
      fail(context, 400, failure.getMessage());
    } else {
      LOG.error("{} cannot be shown", context.request().path(), failure);
      fail(context, 500, String.valueOf(failure.getMessage()));
    }
  }

  private static void fail(RoutingContext context, int status, String sentence) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json; charset=utf-8")
        .end(ViewJson.of(Map.of("error", sentence)));
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
