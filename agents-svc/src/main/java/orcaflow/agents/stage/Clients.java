package orcaflow.agents.stage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import orcaflow.schemas.Cluster;

/** Settings of the Kafka clients: the only place where their keys are spelled. */
public final class Clients {

  private static final String BATCH_BYTES = Integer.toString(128 * 1024);

  private Clients() {}

  /** What every client needs: where the cluster is, and how to be let in. */
  public static Map<String, Object> common(Cluster cluster) {
    Map<String, Object> settings = new HashMap<>(cluster.kafka());
    settings.put("bootstrap.servers", cluster.bootstrap());
    return settings;
  }

  /** A reader of committed records that belongs to no group. */
  public static Map<String, Object> tail(Cluster cluster) {
    Map<String, Object> settings = common(cluster);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", "5000");
    return settings;
  }

  /** A producer whose records wait for all replicas and come once, without transactions. */
  public static Map<String, Object> producer(Cluster cluster) {
    Map<String, Object> settings = common(cluster);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("linger.ms", "5");
    settings.put("batch.size", BATCH_BYTES);
    return settings;
  }

  /**
   * A transactional producer. Its transactions last from the first send to the commit, well under a
   * second; the timeout bounds how long a killed one can hold up readers of committed records.
   */
  public static Map<String, Object> transactional(Cluster cluster, String id) {
    Map<String, Object> settings = producer(cluster);
    settings.put("transactional.id", cluster.named(id));
    settings.put("client.id", cluster.named(id));
    settings.put("transaction.timeout.ms", Long.toString(Duration.ofSeconds(30).toMillis()));
    return settings;
  }

  /**
   * A member of a stage's share group that takes at most {@code batch} records at a time. Its
   * client id is not the one of its worker's producer: both name metrics, which would be taken for
   * one another's.
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
