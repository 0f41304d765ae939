package orcaflow.agents;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import orcaflow.agents.model.BilledCall;
import orcaflow.agents.model.BookingModelClient;
import orcaflow.agents.model.Budget;
import orcaflow.agents.model.Endpoint;
import orcaflow.agents.model.EndpointLimits;
import orcaflow.agents.model.HttpModelClient;
import orcaflow.agents.model.Ledger;
import orcaflow.agents.model.MeasuredModelClient;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import orcaflow.agents.model.PoliteModelClient;
import orcaflow.agents.model.RememberingModelClient;
import orcaflow.agents.model.SentCalls;
import orcaflow.agents.model.Transport;
import orcaflow.agents.model.Waiting;
import orcaflow.service.MonitoringServer;

/**
 * The model clients of the stages: remembering, polite, measured, over HTTP. Endpoints with equal
 * settings are one client, so that all stages that use it share its limits.
 */
final class ModelClients implements AutoCloseable {

  private static final String STUDENT = "student";

  private final Map<EndpointConfig, ModelClient> clients = new HashMap<>();
  private final Map<PoliteModelClient, EndpointConfig> polite = new LinkedHashMap<>();
  private final List<HttpModelClient> http = new ArrayList<>();
  private final Vertx vertx;
  private final AgentsConfig.Endpoints endpoints;
  private final ModelCallLog log;
  private final Budget budget;
  private final MonitoringServer monitoring;
  private final UnaryOperator<ModelClient> around;

  ModelClients(
      Vertx vertx,
      AgentsConfig.Endpoints endpoints,
      ModelCallLog log,
      Budget budget,
      MonitoringServer monitoring,
      UnaryOperator<ModelClient> around) {
    this.vertx = vertx;
    this.endpoints = endpoints;
    this.log = log;
    this.budget = budget;
    this.monitoring = monitoring;
    this.around = around;
  }

  ModelClient agents() {
    return client("agents", endpoints.agents());
  }

  ModelClient teacher() {
    return client("teacher", endpoints.teacher());
  }

  ModelClient student() {
    return client(STUDENT, endpoints.student());
  }

  ModelClient judge() {
    return client("judge", endpoints.judge());
  }

  /** The endpoints that give no answers at present. */
  List<Waiting> waiting() {
    return polite.keySet().stream().flatMap(client -> client.waiting().stream()).toList();
  }

  /** An endpoint whose settings have been wrong for longer than the configuration waits. */
  Optional<Waiting> hopeless(Instant now) {
    return polite.entrySet().stream()
        .flatMap(
            each ->
                each.getKey().waiting().stream()
                    .filter(waiting -> waiting.remedy() == Remedy.SETTING)
                    .filter(
                        waiting ->
                            each.getValue()
                                .endAfter()
                                .filter(most -> waiting.since().plus(most).isBefore(now))
                                .isPresent()))
        .findFirst();
  }

  private ModelClient client(String role, EndpointConfig model) {
    return clients.computeIfAbsent(model, settings -> build(role, settings));
  }

  private ModelClient build(String role, EndpointConfig model) {
    EndpointLimits limits = model.limits();
    // The run's own student costs nothing, and its tokens are in no budget.
    boolean free = role.equals(STUDENT) && model.cost().isEmpty();
    Budget counted = free ? new Budget(new Ledger()) : budget;
    Endpoint endpoint = endpoint(role, model);
    SentCalls calls =
        free
            ? SentCalls.UNWRITTEN
            : log.sent().to(endpoint.name(), model.idempotencyKeys().orElse(false));
    HttpModelClient httpClient = new HttpModelClient(vertx, endpoint);
    PoliteModelClient politeClient =
        new PoliteModelClient(
            endpoint.name(),
            new BookingModelClient(
                new BilledCall(endpoint.name(), limits.prices()),
                new MeasuredModelClient(role, around.apply(httpClient), monitoring.registry()),
                log,
                calls,
                counted.ledger()),
            limits,
            counted);
    http.add(httpClient);
    polite.put(politeClient, model);
    EndpointMeters.bind(monitoring.registry(), role, politeClient);
    return new RememberingModelClient(endpoint.name(), politeClient, log, limits.prices());
  }

  static Endpoint endpoint(String role, EndpointConfig model) {
    try {
      return new Endpoint(
          URI.create(model.url()),
          key(model),
          model.concurrency(),
          Duration.ofSeconds(model.timeoutSeconds()),
          model.maxAnswerBytes().orElse(Endpoint.MAX_BYTES),
          model.transport().map(EndpointConfig.Reach::transport).orElse(Transport.DIRECT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("endpoints.%s: %s".formatted(role, e.getMessage()), e);
    }
  }

  private static Optional<Endpoint.ApiKey> key(EndpointConfig model) {
    if (model.keyVariable().isPresent()) {
      String name = model.keyVariable().get();
      String secret = System.getenv(name);
      if (secret == null || secret.isBlank()) {
        throw new IllegalArgumentException(
            "keyVariable is '%s': there is no such environment variable".formatted(name));
      }
      return Optional.of(new Endpoint.ApiKey(secret.strip()));
    }
    return model.keyFile().map(ModelClients::keyIn);
  }

  private static Endpoint.ApiKey keyIn(String file) {
    try {
      String secret = Files.readString(Path.of(file)).strip();
      if (secret.isEmpty()) {
        throw new IllegalArgumentException("keyFile is '%s': it is empty".formatted(file));
      }
      return new Endpoint.ApiKey(secret);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "keyFile is '%s': it cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    polite.keySet().forEach(PoliteModelClient::close);
    http.forEach(HttpModelClient::close);
  }
}
