package orcaflow.agents;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import orcaflow.agents.model.PoliteModelClient;

/** Metrics of an endpoint: whether it is waited for, its limit, its breaker, what it cost. */
final class EndpointMeters {

  private EndpointMeters() {}

  /**
   * @param role role of the endpoint, from the closed set of the configuration
   */
  static void bind(MeterRegistry registry, String role, PoliteModelClient client) {
    gauge(
        registry,
        "waiting",
        "1 while the endpoint gives no answers",
        role,
        client,
        c -> c.waiting().isPresent() ? 1 : 0);
    gauge(
        registry,
        "limit",
        "Maximum calls in flight at present",
        role,
        client,
        PoliteModelClient::limit);
    gauge(
        registry,
        "breaker",
        "1 while the circuit breaker is open",
        role,
        client,
        c -> c.breakerOpen() ? 1 : 0);
    gauge(
        registry,
        "spent",
        "Cost of the calls of this process",
        role,
        client,
        PoliteModelClient::spent);
    gauge(
        registry,
        "ignored.headers",
        "Headers of limits whose value cannot be meant",
        role,
        client,
        PoliteModelClient::ignoredHeaders);
  }

  private static void gauge(
      MeterRegistry registry,
      String name,
      String description,
      String role,
      PoliteModelClient client,
      ToDoubleFunction<PoliteModelClient> value) {
    Gauge.builder("orcaflow.endpoint." + name, client, value)
        .description(description)
        .tag("endpoint", role.toLowerCase(Locale.ROOT))
        .register(registry);
  }
}
