package orcaflow.trainer.serve;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.BindException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import orcaflow.events.Policy;
import orcaflow.service.Loopback;
import orcaflow.service.Metric;
import orcaflow.service.UsualPort;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.model.PolicyFolders;
import orcaflow.trainer.model.StudentFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the run's policies as {@code /v1/chat/completions} and {@code /v1/models}. Three threads:
 * the event loop takes requests and sends replies and never waits; one follows {@code policies} and
 * loads new ones; one generates, in batches that requests join and leave between two tokens.
 *
 * <p>A request for {@code latest} is served by the newest policy at the moment it begins, which the
 * reply names. Left out on purpose: streaming, system messages (the student's format has no place
 * for them).
 */
public final class PolicyServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PolicyServer.class);
  private static final long BODY_LIMIT = 1 << 20;
  private static final int MOST_SAMPLES = 64;

  private final TrainerConfig.Server settings;
  private final String run;
  private final PolicyCache policies;
  private final RequestQueue queue;
  private final PolicyWatch watch;
  private final Scheduler scheduler;
  private final Vertx vertx;
  private final HttpServer http;
  private final MeterRegistry metrics;

  private PolicyServer(
      KafkaAccess kafka,
      PolicyFolders folders,
      TrainerConfig.Server settings,
      MeterRegistry metrics,
      Consumer<Throwable> failed) {
    this.settings = settings;
    this.run = kafka.run();
    this.metrics = metrics;
    this.policies = new PolicyCache(settings.policies());
    this.queue = new RequestQueue(settings.queue());
    Metric.POLICY_QUEUE.gauge(metrics, queue::waiting);
    Metric.POLICY_ITERATION.gauge(metrics, this::servedIteration);
    InetAddress address = Loopback.address("server.host", settings.host(), "policies");
    this.vertx = Loopback.vertx();
    this.watch = new PolicyWatch(kafka, folders, policies, failed);
    this.scheduler = new Scheduler(settings, policies, queue, metrics);
    this.http = listening(address);
    watch.start();
    scheduler.start();
  }

  /**
   * Starts serving; answers 503 until a policy is there.
   *
   * @param folders of the run's policies
   * @param failed called, once, with the reason why policies cannot be followed or loaded any more
   * @throws IllegalArgumentException if the host is not loopback
   * @throws IllegalStateException if the port cannot be bound
   */
  public static PolicyServer start(
      KafkaAccess kafka,
      PolicyFolders folders,
      TrainerConfig.Server settings,
      MeterRegistry metrics,
      Consumer<Throwable> failed) {
    return new PolicyServer(kafka, folders, settings, metrics, failed);
  }

  /**
   * Loads a student that may become the next policy. If that fails, the policy is loaded when it is
   * published.
   */
  public void prepare(StudentFolder candidate) {
    try {
      policies.prepare(candidate);
    } catch (RuntimeException e) {
      LOG.warn("a candidate cannot be loaded before it is a policy: {}", e.getMessage(), e);
    }
  }

  /**
   * Serves a policy that was published in this JVM. If that fails, it is served when its event is
   * read.
   */
  public void serve(Policy published) {
    try {
      policies.add(published);
    } catch (RuntimeException e) {
      LOG.warn("policy {} cannot be loaded: {}", published.getVersion(), e.getMessage(), e);
    }
  }

  private HttpServer listening(InetAddress address) {
    int wanted = settings.port().orElseGet(UsualPort.POLICIES::wanted);
    try {
      return await(listen(address, wanted));
    } catch (CompletionException e) {
      if (settings.port().isEmpty() && e.getCause() instanceof BindException) {
        return await(listen(address, 0));
      }
      vertx.close();
      throw new IllegalStateException(
          "the policy server cannot listen on %s port %d: %s"
              .formatted(settings.host(), wanted, e.getCause().getMessage()),
          e.getCause());
    }
  }

  /** A sentence where the usual port is taken and this is on another one. */
  public Optional<String> taken() {
    return settings.port().isPresent()
        ? Optional.empty()
        : UsualPort.POLICIES.elsewhere(http.actualPort());
  }

  /** Base URL, without {@code /v1}. */
  public String url() {
    return "http://%s:%d".formatted(settings.host(), http.actualPort());
  }

  /** Whether a policy can be served now. */
  public boolean ready() {
    return policies.newest().isPresent() && watch.alive() && scheduler.alive();
  }

  /** Whether the threads behind the server run. */
  public boolean alive() {
    return watch.alive() && scheduler.alive();
  }

  private int servedIteration() {
    return policies.newest().map(newest -> newest.policy().getIteration()).orElse(0);
  }

  /** Refuses waiting requests, completes those that have begun, and stops. */
  @Override
  public void close() {
    queue.close();
    watch.close();
    scheduler.close();
    await(http.close());
    await(vertx.close());
    policies.close();
  }

  private Future<HttpServer> listen(InetAddress address, int port) {
    Router router = Router.router(vertx);
    router.post("/v1/chat/completions").handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT));
    router.post("/v1/chat/completions").handler(this::chat);
    router.get("/v1/models").handler(this::models);
    router
        .route()
        .last()
        .handler(context -> refuse(context, ApiError.noSuchPath(context.request().path())));
    router.route().failureHandler(this::failed);
    return vertx
        // HTTP/2 without TLS would let a client be refused for its number of streams, not by us.
        .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
        .requestHandler(router)
        .listen(port, address.getHostAddress());
  }

  private void chat(RoutingContext context) {
    ChatRequest request =
        ChatRequest.parse(
            context.body().asString() == null ? "" : context.body().asString(),
            Math.min(MOST_SAMPLES, settings.queue()),
            settings.maxTokens());
    if (policies.newest().isEmpty()) {
      throw ApiError.noPolicyYet();
    }
    CompletableFuture<Boolean> known =
        request.version().map(watch::knows).orElse(CompletableFuture.completedFuture(true));
    Future.fromCompletionStage(known, vertx.getOrCreateContext())
        .onSuccess(
            found -> {
              if (found) {
                queue(context, request);
              } else {
                refuse(context, ApiError.noSuchPolicy(request.version().orElseThrow()));
              }
            })
        .onFailure(context::fail);
  }

  private void queue(RoutingContext context, ChatRequest request) {
    RequestQueue.PendingRequest pending;
    try {
      pending = queue.enter(request);
    } catch (ApiError error) {
      refuse(context, error);
      return;
    }
    context.response().closeHandler(gone -> pending.cancel());
    Future.fromCompletionStage(pending.result(), vertx.getOrCreateContext())
        .onSuccess(completions -> answer(context, completions))
        .onFailure(context::fail);
  }

  private void answer(RoutingContext context, Completions completions) {
    count(200);
    Metric.POLICY_COMPLETION_TOKENS.counter(metrics).increment(completions.completionTokens());
    reply(
        context,
        200,
        completions.json("chatcmpl-" + UUID.randomUUID(), System.currentTimeMillis() / 1000));
  }

  private void models(RoutingContext context) {
    // Whether a folder still exists is read from the disk.
    vertx
        .executeBlocking(policies::servable, false)
        .onSuccess(policies -> reply(context, 200, modelList(policies)))
        .onFailure(context::fail);
  }

  private String modelList(List<Policy> policies) {
    JsonArray data = new JsonArray();
    for (Policy policy : policies) {
      data.add(
          new JsonObject()
              .put("id", policy.getVersion())
              .put("object", "model")
              .put("created", policy.getTime().getEpochSecond())
              .put("owned_by", run));
    }
    return new JsonObject().put("object", "list").put("data", data).encode();
  }

  private void failed(RoutingContext context) {
    Throwable cause = context.failure();
    if (cause instanceof CancellationException) {
      return; // The client is gone.
    }
    if (cause instanceof ApiError error) {
      refuse(context, error);
    } else if (context.statusCode() == 413) {
      refuse(
          context, ApiError.badRequest("the body is longer than %d bytes".formatted(BODY_LIMIT)));
    } else {
      Throwable said = cause == null ? new IllegalStateException("unknown") : cause;
      LOG.error("a request failed", said);
      refuse(context, ApiError.failed(said));
    }
  }

  private void refuse(RoutingContext context, ApiError error) {
    count(error.status());
    if (error.retryAfterSeconds() > 0) {
      context.response().putHeader("Retry-After", Integer.toString(error.retryAfterSeconds()));
    }
    reply(context, error.status(), error.json());
  }

  private void count(int status) {
    Metric.POLICY_REQUESTS.counter(metrics, Integer.toString(status)).increment();
  }

  private static void reply(RoutingContext context, int status, String json) {
    if (!context.response().closed() && !context.response().ended()) {
      context
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(json);
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
