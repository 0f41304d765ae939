package orcaflow.service;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/** Named yes-or-no checks of a service, and the small JSON that reports them all. */
final class HealthChecks {

  private final String service;
  private final Map<String, BooleanSupplier> checks = new ConcurrentSkipListMap<>();

  HealthChecks(String service) {
    this.service = service;
  }

  /**
   * Adds a check.
   *
   * @throws IllegalArgumentException if the name is not kebab-case or already taken
   */
  void add(String name, BooleanSupplier check) {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException(
          "health check '%s': use lower-case letters, digits and '-'".formatted(name));
    }
    if (checks.putIfAbsent(name, check) != null) {
      throw new IllegalArgumentException(
          "health check '%s' of %s is there twice".formatted(name, service));
    }
  }

  /** Asks every check now. */
  Answer ask() {
    JsonObject states = new JsonObject();
    boolean healthy = true;
    for (Map.Entry<String, BooleanSupplier> check : checks.entrySet()) {
      String state = state(check.getValue());
      healthy &= state.equals("up");
      states.put(check.getKey(), state);
    }
    JsonObject body =
        new JsonObject()
            .put("service", service)
            .put("status", healthy ? "up" : "down")
            .put("checks", states);
    return new Answer(healthy, body.encode());
  }

  /** A check that throws is reported by the kind of failure, without its text. */
  private static String state(BooleanSupplier check) {
    try {
      return check.getAsBoolean() ? "up" : "down";
    } catch (RuntimeException e) {
      return "failed: " + e.getClass().getSimpleName();
    }
  }

  /** Whether all checks say yes, and {@code {"service","status","checks":{name:state}}}. */
  record Answer(boolean healthy, String json) {}
}
