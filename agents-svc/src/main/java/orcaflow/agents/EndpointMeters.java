package orcaflow.agents;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import orcaflow.agents.model.PoliteModelClient;
import orcaflow.service.Metric;

/** Metrics of an endpoint: whether it is waited for, its limit, its breaker, what it cost. */
final class EndpointMeters {

  private EndpointMeters() {}

  /**
   * @param role role of the endpoint, from the closed set of the configuration
   */
  static void bind(MeterRegistry registry, String role, PoliteModelClient client) {
    String endpoint = role.toLowerCase(Locale.ROOT);
    Metric.ENDPOINT_WAITING.gauge(registry, () -> client.waiting().isPresent() ? 1 : 0, endpoint);
    Metric.ENDPOINT_LIMIT.gauge(registry, client::limit, endpoint);
    Metric.ENDPOINT_BREAKER.gauge(registry, () -> client.breakerClosed() ? 0 : 1, endpoint);
    Metric.ENDPOINT_SPENT.gauge(registry, client::spent, endpoint);
    Metric.ENDPOINT_IGNORED_HEADERS.gauge(registry, client::ignoredHeaders, endpoint);
  }
}
