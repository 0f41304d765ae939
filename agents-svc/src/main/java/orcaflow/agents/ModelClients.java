package orcaflow.agents;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import orcaflow.agents.model.BilledCall;
import orcaflow.agents.model.BookingModelClient;
import orcaflow.agents.model.Budget;
import orcaflow.agents.model.Endpoint;
import orcaflow.agents.model.EndpointLimits;
import orcaflow.agents.model.FailoverModelClient;
import orcaflow.agents.model.HttpModelClient;
import orcaflow.agents.model.Ledger;
import orcaflow.agents.model.MeasuredModelClient;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import orcaflow.agents.model.PoliteModelClient;
import orcaflow.agents.model.RememberingModelClient;
import orcaflow.agents.model.RenamedModelClient;
import orcaflow.agents.model.SentCalls;
import orcaflow.agents.model.TracedModelClient;
import orcaflow.agents.model.Transport;
import orcaflow.agents.model.Waiting;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Spans;

/**
 * The model clients of the stages: one or several endpoints for each role, each remembering,
 * polite, measured, over HTTP. Endpoints with equal settings are one client, so that all stages
 * that use it share its limits.
 */
final class ModelClients implements AutoCloseable {

  private static final String STUDENT = "student";

  private final Map<EndpointConfig, Role> roles = new LinkedHashMap<>();
  private final Map<EndpointConfig, ModelEndpoint> shared = new LinkedHashMap<>();
  private final Vertx vertx;
  private final AgentsConfig.Endpoints endpoints;
  private final ModelCallLog log;
  private final Budget budget;
  private final MonitoringServer monitoring;
  private final Spans spans;
  private final UnaryOperator<ModelClient> around;

  /** Who answers a role, and the wait for each of its endpoints. */
  private record Role(ModelClient client, Supplier<List<Optional<Waiting>>> waiting) {}

  /** The clients of one endpoint. */
  private record ModelEndpoint(
      String name, HttpModelClient http, PoliteModelClient polite, ModelClient client) {
    void close() {
      polite.close();
      http.close();
    }
  }

  ModelClients(
      Vertx vertx,
      AgentsConfig.Endpoints endpoints,
      ModelCallLog log,
      Budget budget,
      MonitoringServer monitoring,
      Spans spans,
      UnaryOperator<ModelClient> around) {
    this.vertx = vertx;
    this.endpoints = endpoints;
    this.log = log;
    this.budget = budget;
    this.monitoring = monitoring;
    this.spans = spans;
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
    return roles.values().stream()
        .flatMap(role -> role.waiting().get().stream())
        .flatMap(Optional::stream)
        .collect(
            Collectors.toMap(
                Waiting::endpoint, Function.identity(), (one, same) -> one, LinkedHashMap::new))
        .values()
        .stream()
        .toList();
  }

  /**
   * An endpoint whose settings have been wrong for longer than the configuration waits, in a role
   * that has no other.
   */
  Optional<Waiting> hopeless(Instant now) {
    return roles.entrySet().stream()
        .map(role -> hopeless(role.getKey(), role.getValue().waiting().get(), now))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Waiting> hopeless(
      EndpointConfig model, List<Optional<Waiting>> members, Instant now) {
    boolean all =
        members.stream()
            .allMatch(
                waiting ->
                    waiting
                        .filter(wrong -> wrong.remedy() == Remedy.SETTING)
                        .flatMap(wrong -> model.endAfter().map(wrong.since()::plus))
                        .filter(end -> end.isBefore(now))
                        .isPresent());
    return all ? members.get(0) : Optional.empty();
  }

  private ModelClient client(String role, EndpointConfig model) {
    return roles.computeIfAbsent(model, settings -> build(role, settings)).client();
  }

  /** One endpoint, or several as one. */
  private Role build(String role, EndpointConfig model) {
    List<EndpointConfig> members = model.members();
    List<FailoverModelClient.Member> several = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      String name = EndpointConfig.memberName(role, i);
      EndpointConfig settings = members.get(i);
      ModelEndpoint one =
          shared.computeIfAbsent(settings, alone -> build(name, alone, role.equals(STUDENT)));
      several.add(
          new FailoverModelClient.Member(
              one.name(),
              model.weights().get(i),
              settings.limits().longestBackoff(),
              one.client(),
              one.polite()::waiting));
    }
    if (several.size() == 1) {
      FailoverModelClient.Member only = several.get(0);
      return new Role(only.client(), () -> List.of(only.waiting().get()));
    }
    FailoverModelClient together = new FailoverModelClient(several);
    return new Role(together, together::waiting);
  }

  private ModelEndpoint build(String name, EndpointConfig model, boolean student) {
    EndpointLimits limits =
        endpoints.besideOthers(model)
            ? model.limits().withPatience(model.patience())
            : model.limits();
    // The run's own student costs nothing, and its tokens are in no budget.
    boolean free = student && model.cost().isEmpty();
    Budget counted = free ? new Budget(new Ledger()) : budget;
    Endpoint endpoint = endpoint(name, model);
    SentCalls calls =
        free
            ? SentCalls.UNWRITTEN
            : log.sent().to(endpoint.name(), model.idempotencyKeys().orElse(false));
    BilledCall billed = new BilledCall(endpoint.name(), limits.prices());
    HttpModelClient http = new HttpModelClient(vertx, endpoint);
    PoliteModelClient polite =
        new PoliteModelClient(
            endpoint.name(),
            new BookingModelClient(
                billed,
                new MeasuredModelClient(
                    name, called(model, around.apply(http)), monitoring.registry()),
                log,
                calls,
                counted.ledger()),
            limits,
            counted);
    http.onRates(polite::follow);
    EndpointMeters.bind(monitoring.registry(), name, polite);
    ModelClient client = new RememberingModelClient(billed, polite, log);
    return new ModelEndpoint(
        endpoint.name(),
        http,
        polite,
        spans.on() ? new TracedModelClient(endpoint.name(), client, spans) : client);
  }

  /** The model as it is asked at the endpoint: by its name there, and by a schema or not. */
  static ModelClient called(EndpointConfig model, ModelClient http) {
    return model.structured(
        model.model().<ModelClient>map(name -> new RenamedModelClient(name, http)).orElse(http));
  }

  static Endpoint endpoint(String role, EndpointConfig model) {
    try {
      return new Endpoint(
          URI.create(model.url()),
          key(model),
          model.concurrency(),
          Duration.ofSeconds(model.timeoutSeconds()),
          model.maxAnswerBytes().orElse(Endpoint.MAX_BYTES),
          model.transport().map(EndpointConfig.Reach::transport).orElse(Transport.DIRECT),
          model.serviceTier());
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
    shared.values().forEach(ModelEndpoint::close);
  }
}
