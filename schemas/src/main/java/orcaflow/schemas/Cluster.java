package orcaflow.schemas;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a run lives: which Kafka, which registry, and the run's name, which prefixes every topic,
 * group and application id.
 *
 * <p>A user and a password in the registry's URL become settings of its client, so that they are in
 * no message. The text of a cluster has the keys of its settings and no values.
 *
 * @param bootstrap host:port list of the brokers
 * @param registry URL of a Confluent-compatible schema registry, or {@code mock://name} in unit
 *     tests
 * @param run letters, digits, {@code -} and {@code _}
 * @param kafka further client settings (security and the like), passed to every client as they are;
 *     those of the registry's client have the keys that Confluent's serializers take
 * @param cloudEvents whether the records of events have the headers of CloudEvents; no if empty
 * @param otlp where spans are sent by OTLP over HTTP; nowhere if empty
 */
public record Cluster(
    String bootstrap,
    String registry,
    String run,
    Map<String, String> kafka,
    Optional<Boolean> cloudEvents,
    Optional<URI> otlp) {

  private static final String REGISTRY_URL = "schema.registry.url";
  private static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
  private static final String USER_INFO = "basic.auth.user.info";

  /** Settings that begin with one of these mean nothing to Kafka's own clients. */
  private static final List<String> REGISTRY_ONLY =
      List.of("schema.registry.", "basic.auth.", "bearer.auth.", "proxy.", "auto.register.schemas");

  private static final Pattern USER_IN_URL = Pattern.compile("(https?://)([^/@,]+)@");

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
    Map<String, String> settings = new HashMap<>(kafka == null ? Map.of() : kafka);
    Matcher user = USER_IN_URL.matcher(registry);
    if (user.find()) {
      settings.putIfAbsent(CREDENTIALS_SOURCE, "USER_INFO");
      settings.putIfAbsent(USER_INFO, decoded(user.group(2)));
      registry = user.replaceAll("$1");
    }
    kafka = Map.copyOf(settings);
    otlp.ifPresent(Cluster::requireCollector);
  }

  /**
   * The address of a collector as it is.
   *
   * @throws IllegalArgumentException if it cannot be one; the sentence has nothing of it, as there
   *     may be a password in it
   */
  public static URI requireCollector(URI url) {
    boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!isHttp || url.getHost() == null || url.getUserInfo() != null || url.getQuery() != null) {
      throw new IllegalArgumentException(
          "cluster.otlp is no address of a collector: give http://host:port, without user or query");
    }
    return url;
  }

  public Cluster(String bootstrap, String registry, String run) {
    this(bootstrap, registry, run, Map.of());
  }

  public Cluster(String bootstrap, String registry, String run, Map<String, String> kafka) {
    this(bootstrap, registry, run, kafka, Optional.empty(), Optional.empty());
  }

  /** The same with what tools of others see of its records. */
  public Cluster seenBy(boolean withCloudEvents, Optional<URI> spansTo) {
    return new Cluster(bootstrap, registry, run, kafka, Optional.of(withCloudEvents), spansTo);
  }

  /** Another run on the same Kafka. */
  public Cluster another(String otherRun) {
    return new Cluster(bootstrap, registry, otherRun, kafka, cloudEvents, otlp);
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
    settings.keySet().removeIf(key -> REGISTRY_ONLY.stream().anyMatch(key::startsWith));
    settings.put("bootstrap.servers", bootstrap);
    return settings;
  }

  /**
   * What the registry's client needs: where it is and how to be let in. Kafka's settings are there,
   * too, as the client can take its user from them ({@code SASL_INHERIT}).
   */
  public Map<String, Object> registrySettings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(REGISTRY_URL, registry);
    return settings;
  }

  @Override
  public String toString() {
    return "Cluster[bootstrap=%s, registry=%s, run=%s, kafka=%s]"
        .formatted(bootstrap, registry, run, kafka.keySet());
  }

  private static String decoded(String userInfo) {
    return URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
