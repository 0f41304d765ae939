package orcaflow.agents.stage;

import java.time.Duration;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.ClientSettings;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Settings of the producers of this module, which write the events of a batch together. */
public final class ProducerSettings {

  private static final int BATCH_BYTES = 128 * 1024;
  private static final int LINGER_MILLIS = 5;
  public static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

  private ProducerSettings() {}

  /** An idempotent producer without transactions that waits for all replicas. */
  public static Map<String, Object> producer(Cluster cluster) {
    return batching(ClientSettings.producer(cluster));
  }

  /**
   * A transactional producer. A transaction lasts from the first send to the commit, well under a
   * second. The timeout bounds how long a killed producer can delay readers of committed records.
   */
  public static Map<String, Object> transactional(Cluster cluster, String id) {
    Map<String, Object> settings = batching(ClientSettings.transactionalProducer(cluster, id));
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
    return settings;
  }

  private static Map<String, Object> batching(Map<String, Object> settings) {
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    return settings;
  }
}
