package orcaflow.agents.stage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import orcaflow.schemas.Cluster;

/** Settings of the Kafka clients; their keys are spelled here and nowhere else. */
public final class Clients {

  private static final String BATCH_BYTES = Integer.toString(128 * 1024);

  private Clients() {}

  /** Settings of every client: addresses and security. */
  public static Map<String, Object> common(Cluster cluster) {
    Map<String, Object> settings = new HashMap<>(cluster.kafka());
    settings.put("bootstrap.servers", cluster.bootstrap());
    return settings;
  }

  /** A consumer of committed records without a group. */
  public static Map<String, Object> tail(Cluster cluster) {
    Map<String, Object> settings = common(cluster);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", "5000");
    return settings;
  }

  /** An idempotent producer without transactions that waits for all replicas. */
  public static Map<String, Object> producer(Cluster cluster) {
    Map<String, Object> settings = common(cluster);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("linger.ms", "5");
    settings.put("batch.size", BATCH_BYTES);
    return settings;
  }

  /**
   * A transactional producer. A transaction lasts from the first send to the commit, well under a
   * second. The timeout bounds how long a killed producer can delay readers of committed records.
   */
  public static Map<String, Object> transactional(Cluster cluster, String id) {
    Map<String, Object> settings = producer(cluster);
    settings.put("transactional.id", cluster.named(id));
    settings.put("client.id", cluster.named(id));
    settings.put("transaction.timeout.ms", Long.toString(Duration.ofSeconds(30).toMillis()));
    return settings;
  }

  /**
   * A member of a stage's share group that acquires at most {@code batch} records at a time. Its
   * client id differs from that of the worker's producer, because client ids label the metrics of
   * both.
   */
  public static Map<String, Object> share(Cluster cluster, String stage, String id, int batch) {
    Map<String, Object> settings = common(cluster);
    settings.put("group.id", cluster.named(stage));
    settings.put("client.id", cluster.named(id) + ".in");
    settings.put("share.acknowledgement.mode", "explicit");
    settings.put("share.acquire.mode", "record_limit");
    settings.put("max.poll.records", Integer.toString(batch));
    return settings;
  }
}
