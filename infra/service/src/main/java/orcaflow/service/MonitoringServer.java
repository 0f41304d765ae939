package orcaflow.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.BindException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.MetricName;

/**
 * What a service shows to the outside: {@code /metrics} in Prometheus text, {@code /health/live}
 * and {@code /health/ready} as 200 or 503 with a JSON that names each check and its state.
 *
 * <p>The project's own metrics are the {@link Metric}s. Label sets are closed: names of stages,
 * reasons and topics may be labels, ids may not. The one place where ids would come in by
 * themselves, the process ids in client and thread names of Kafka Streams, is cut out.
 *
 * <p>Left out on purpose: TLS and tokens. Until they are there only loopback addresses are served.
 */
public final class MonitoringServer implements AutoCloseable {

  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final HealthChecks liveness;
  private final HealthChecks readiness;
  private final KafkaMetrics kafka;
  private final Vertx vertx;
  private final HttpServer server;
  private Optional<String> taken = Optional.empty();

  private MonitoringServer(String service, InetAddress address, int port) {
    registry.config().commonTags("service", service).meterFilter(KafkaMetrics.withoutProcessIds());
    liveness = new HealthChecks(service);
    readiness = new HealthChecks(service);
    bindJvm();
    Metric.BUILD_INFO.gauge(
        registry, () -> 1, Build.version(), Integer.toString(Runtime.version().feature()));
    kafka = new KafkaMetrics(registry);
    vertx = Loopback.vertx();
    try {
      server = await(listen(address, port));
    } catch (CompletionException e) {
      close(null);
      throw new IllegalStateException(
          "%s cannot serve metrics and health on %s port %d: %s"
              .formatted(service, address.getHostAddress(), port, e.getCause().getMessage()),
          e.getCause());
    }
  }

  /**
   * Starts serving.
   *
   * @param service becomes the label {@code service} of every metric
   * @param usual taken where no port is given, unless somebody else has it
   * @throws IllegalArgumentException if the host is not loopback or not known
   * @throws IllegalStateException if the port that is given cannot be bound
   */
  public static MonitoringServer start(String service, Observe at, UsualPort usual) {
    InetAddress host = Loopback.address("observe.host", at.host(), "metrics and health");
    try {
      return new MonitoringServer(service, host, at.port().orElseGet(usual::wanted));
    } catch (IllegalStateException e) {
      if (at.port().isEmpty() && e.getCause() instanceof BindException) {
        MonitoringServer elsewhere = new MonitoringServer(service, host, 0);
        elsewhere.taken = Optional.of(usual.isTaken(elsewhere.port()));
        return elsewhere;
      }
      throw e;
    }
  }

  /** The same on any free port of 127.0.0.1. */
  public static MonitoringServer onFreePort(String service) {
    return start(service, Observe.LOOPBACK.onFreePort(), UsualPort.RUN);
  }

  /** The port really bound. */
  public int port() {
    return server.actualPort();
  }

  /** A sentence where the usual port is taken and this is on another one. */
  public Optional<String> taken() {
    return taken;
  }

  /** Where a service registers its own meters. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Ready means: work can be taken on now. The check runs for each request. */
  public void readiness(String name, BooleanSupplier check) {
    readiness.add(name, check);
  }

  /**
   * Live means: a restart would not help, as nothing has failed for good. The check runs for each
   * request.
   */
  public void liveness(String name, BooleanSupplier check) {
    liveness.add(name, check);
  }

  /** Shows a producer's metrics until the watch is closed. */
  public MetricsBinding watch(Producer<?, ?> producer) {
    return watch(producer::metrics);
  }

  /** Shows a consumer's metrics until the watch is closed. */
  public MetricsBinding watch(Consumer<?, ?> consumer) {
    return watch(consumer::metrics);
  }

  /** Shows a share consumer's metrics until the watch is closed. */
  public MetricsBinding watch(ShareConsumer<?, ?> consumer) {
    return watch(consumer::metrics);
  }

  /** Shows an admin client's metrics until the watch is closed. */
  public MetricsBinding watch(Admin admin) {
    return watch(admin::metrics);
  }

  /** Shows whatever keeps Kafka metrics, such as {@code streams::metrics}, until closed. */
  public MetricsBinding watch(
      Supplier<Map<MetricName, ? extends org.apache.kafka.common.Metric>> metrics) {
    return kafka.watch(metrics);
  }

  @Override
  public void close() {
    close(server);
  }

  private void close(HttpServer listening) {
    if (listening != null) {
      await(listening.close().toCompletionStage());
    }
    await(vertx.close().toCompletionStage());
    kafka.close();
    garbageCollection.close();
    registry.close();
  }

  private void bindJvm() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
  }

  private CompletionStage<HttpServer> listen(InetAddress address, int port) {
    Router router = Router.router(vertx);
    router.get("/metrics").handler(this::metrics);
    router.get("/health/live").handler(context -> health(context, liveness));
    router.get("/health/ready").handler(context -> health(context, readiness));
    return vertx
        .createHttpServer()
        .requestHandler(router)
        .listen(port, address.getHostAddress())
        .toCompletionStage();
  }

  private void metrics(RoutingContext context) {
    vertx
        .executeBlocking(() -> registry.scrape(PROMETHEUS_TEXT), false)
        .onSuccess(text -> reply(context, 200, PROMETHEUS_TEXT, text))
        .onFailure(context::fail);
  }

  /** Checks may wait for a broker, so they are asked off the event loop. */
  private void health(RoutingContext context, HealthChecks checks) {
    vertx
        .executeBlocking(checks::ask, false)
        .onSuccess(
            answer ->
                reply(context, answer.healthy() ? 200 : 503, "application/json", answer.json()))
        .onFailure(context::fail);
  }

  private static void reply(RoutingContext context, int status, String type, String body) {
    HttpServerResponse response = context.response();
    response
        .setStatusCode(status)
        .putHeader("Content-Type", type)
        .putHeader("Cache-Control", "no-store")
        .end(body);
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
