package orcaflow.agents;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.agents.model.CallLog;
import orcaflow.agents.model.Endpoint;
import orcaflow.agents.model.EndpointLimits;
import orcaflow.agents.model.HttpModelClient;
import orcaflow.agents.model.MeasuredModelClient;
import orcaflow.agents.model.ModelClient;
import orcaflow.agents.model.PoliteModelClient;
import orcaflow.agents.model.RememberingModelClient;
import orcaflow.service.MonitoringServer;

/**
 * The model clients of the stages: remembering, polite, measured, over HTTP. Endpoints with equal
 * settings are one client, so that all stages that use it share its limits.
 */
final class ModelClients implements AutoCloseable {

  private final Map<AgentsConfig.Model, ModelClient> clients = new HashMap<>();
  private final List<PoliteModelClient> polite = new ArrayList<>();
  private final List<HttpModelClient> http = new ArrayList<>();
  private final Vertx vertx;
  private final AgentsConfig.Endpoints endpoints;
  private final CallLog log;
  private final MonitoringServer monitoring;

  ModelClients(
      Vertx vertx, AgentsConfig.Endpoints endpoints, CallLog log, MonitoringServer monitoring) {
    this.vertx = vertx;
    this.endpoints = endpoints;
    this.log = log;
    this.monitoring = monitoring;
  }

  ModelClient agents() {
    return client("agents", endpoints.agents());
  }

  ModelClient teacher() {
    return client("teacher", endpoints.teacher());
  }

  ModelClient student() {
    return client("student", endpoints.student());
  }

  ModelClient judge() {
    return client("judge", endpoints.judge());
  }

  private ModelClient client(String role, AgentsConfig.Model model) {
    return clients.computeIfAbsent(model, settings -> build(role, settings));
  }

  private ModelClient build(String role, AgentsConfig.Model model) {
    EndpointLimits limits = model.limits();
    Endpoint endpoint = endpoint(role, model);
    HttpModelClient httpClient = new HttpModelClient(vertx, endpoint);
    PoliteModelClient politeClient =
        new PoliteModelClient(
            endpoint.name(),
            new MeasuredModelClient(role, httpClient, monitoring.registry()),
            limits);
    http.add(httpClient);
    polite.add(politeClient);
    return new RememberingModelClient(endpoint.name(), politeClient, log, limits);
  }

  private static Endpoint endpoint(String role, AgentsConfig.Model model) {
    try {
      return new Endpoint(
          URI.create(model.url()),
          key(model),
          model.concurrency(),
          Duration.ofSeconds(model.timeoutSeconds()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("endpoints.%s: %s".formatted(role, e.getMessage()), e);
    }
  }

  private static Optional<Endpoint.ApiKey> key(AgentsConfig.Model model) {
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
    polite.forEach(PoliteModelClient::close);
    http.forEach(HttpModelClient::close);
  }
}
