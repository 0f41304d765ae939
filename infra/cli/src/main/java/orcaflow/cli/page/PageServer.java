package orcaflow.cli.page;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
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
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import orcaflow.cli.lineage.UnknownId;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.service.Loopback;

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

  private static final String HOST = "127.0.0.1";
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration NEWS = Duration.ofMillis(250);
  private static final int RECORDS = 50;
  private static final int MOST_RECORDS = 500;

  private static final List<String> FILES =
      Stream.concat(
              Stream.of(PageFiles.INDEX, PageFiles.STYLE, PageFiles.ICON),
              PageFiles.MODULES.stream())
          .toList();

  private static final String AT = "at";

  /** How long an answer waits for the reading of a time that is asked for first. */
  private static final Duration READING = Duration.ofMillis(800);

  private static final long LONGEST_REQUEST = 16_384;

  private final RunModels runs;
  private final PageChanges changes;
  private final PolicyQuestions questions;
  private final OtherRuns others;
  private final PageToken token = new PageToken();
  private final PageGuard guard = new PageGuard(token);
  private final Vertx vertx = Loopback.vertx();
  private final Replies replies = new Replies(vertx);
  private final HttpServer http;

  private PageServer(Page.Subject of, RunModels runs, int port) {
    this.runs = runs;
    this.changes = new PageChanges(of.cluster(), of.running(), of.dir());
    this.questions = new PolicyQuestions(of.dir());
    this.others = new OtherRuns(of.cluster());
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
  static PageServer start(Page.Subject of, RunModels runs, int port) {
    return new PageServer(of, runs, port);
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
    router.route().handler(PageGuard::own);
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
    router.get("/api/time").handler(context -> replies.reply(context, () -> runs.live().span()));
    router.get("/api/live").handler(this::live);
    router.get("/api/runs").handler(context -> replies.reply(context, others::names));
    router
        .get("/api/curves/:run")
        .handler(context -> replies.reply(context, () -> others.curves(context.pathParam("run"))));
    router
        .get("/api/compare/:run")
        .handler(
            context -> replies.reply(context, () -> others.compared(context.pathParam("run"))));
    router.get("/api/ask").handler(guard::may).handler(c -> replies.reply(c, questions::policies));
    post(router, "/api/ask", (context, fields) -> questions.ask(fields));
    router
        .get("/api/changes")
        .handler(guard::may)
        .handler(c -> replies.reply(c, changes::possible));
    post(router, "/api/changes/:change", this::change);
    router.get("/api/*").handler(context -> Replies.fail(context, 404, "there is no such view"));
    FILES.forEach(name -> router.get("/" + name).handler(context -> file(context, name)));
    // Each view has an address of its own, which the page's script reads.
    router.getWithRegex("/[^.]*").handler(context -> file(context, "index.html"));
    router.route().handler(context -> Replies.fail(context, 404, "there is no such file"));
    return vertx
        .createHttpServer(new HttpServerOptions().setHost(HOST).setPort(port))
        .requestHandler(router)
        .listen();
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
                Replies.fail(
                    context, 400, "%s is no time such as 2026-01-02T03:04:05Z".formatted(AT));
                return;
              }
              replies.reply(context, () -> of(at, view, context));
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

  /** What is made of the fields of a post. */
  @FunctionalInterface
  private interface Posted {
    Object of(RoutingContext context, Map<String, String> fields) throws Exception;
  }

  /** Takes a JSON object of texts from who may. */
  private void post(Router router, String path, Posted posted) {
    router
        .post(path)
        .handler(BodyHandler.create(false).setBodyLimit(LONGEST_REQUEST))
        .handler(guard::may)
        .handler(
            context -> {
              Map<String, String> fields;
              try {
                fields = ViewJson.texts(context.body().asString());
              } catch (IllegalArgumentException e) {
                Replies.fail(context, 400, e.getMessage());
                return;
              }
              replies.reply(context, () -> posted.of(context, fields));
            });
  }

  /** With {@code preview} nothing is done. */
  private Object change(RoutingContext context, Map<String, String> fields) throws Exception {
    String name = context.pathParam("change");
    return context.queryParams().contains("preview")
        ? changes.preview(name, fields)
        : changes.make(name, fields);
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

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
