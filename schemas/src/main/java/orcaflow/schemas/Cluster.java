package orcaflow.schemas;

import java.util.HashMap;
import java.util.Map;

/**
 * Where a run lives: which Kafka, which registry, and the run's name, which prefixes every topic,
 * group and application id.
 *
 * @param bootstrap host:port list of the brokers
 * @param registry URL of a Confluent-compatible schema registry, or {@code mock://name} in unit
 *     tests
 * @param run letters, digits, {@code -} and {@code _}
 * @param kafka further client settings (security and the like), passed to every client as they are
 */
public record Cluster(String bootstrap, String registry, String run, Map<String, String> kafka) {

  public Cluster {
    if (bootstrap == null || bootstrap.isBlank()) {
      throw new IllegalArgumentException("cluster.bootstrap is empty: give host:port");
    }
    if (registry == null || registry.isBlank()) {
      throw new IllegalArgumentException("cluster.registry is empty: give the registry's URL");
    }
    if (run == null || !run.matches("[A-Za-z0-9_-]{1,60}")) {
      throw new IllegalArgumentException(
          "cluster.run is '%s': use 1 to 60 letters, digits, '-' and '_'".formatted(run));
    }
    kafka = kafka == null ? Map.of() : Map.copyOf(kafka);
  }

  public Cluster(String bootstrap, String registry, String run) {
    this(bootstrap, registry, run, Map.of());
  }

  /** Another run on the same Kafka. */
  public Cluster another(String otherRun) {
    return new Cluster(bootstrap, registry, otherRun, kafka);
  }

  /** A name that belongs to this run: groups, application ids, transactional ids. */
  public String named(String name) {
    return run + "." + name;
  }

  /**
   * What every Kafka client needs: where the brokers are and how to be let in. A new map, to which
   * the caller adds the settings of its kind of client.
   */
  public Map<String, Object> clientSettings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("bootstrap.servers", bootstrap);
    return settings;
  }
}
