package orcaflow.schemas.log;

import java.util.Map;
import orcaflow.schemas.Cluster;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Settings of Kafka clients, one method for each kind. What all kinds share is {@link
 * Cluster#clientSettings}, which is also all that an admin client needs. The maps are the caller's
 * to add to.
 *
 * <p>A client id is set where it becomes a label of a metric; no two clients of a process that live
 * at the same time may have the same one. Elsewhere Kafka numbers its clients.
 */
public final class ClientSettings {

  private static final int TRANSACTION_RETRY_MILLIS = 10;

  private ClientSettings() {}

  /** A consumer of committed records that has no group and creates no topic. */
  public static Map<String, Object> reader(Cluster cluster) {
    Map<String, Object> settings = cluster.clientSettings();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return settings;
  }

  /**
   * The same for records that are there already: large polls, and a fetch at the end of a topic
   * that does not hold up the next topic.
   */
  public static Map<String, Object> bulkReader(Cluster cluster) {
    Map<String, Object> settings = reader(cluster);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
    return settings;
  }

  /** A producer whose records wait for all replicas and are written once, without transactions. */
  public static Map<String, Object> producer(Cluster cluster) {
    Map<String, Object> settings = cluster.clientSettings();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return settings;
  }

  /**
   * How long a transactional producer waits before it tries again, unless the cluster's settings
   * say so. The next transaction may begin while the broker still writes the markers of the last
   * one; the broker then refuses it as concurrent (KIP-890), and Kafka's 100 ms are far longer than
   * the markers take. The wait doubles with each attempt (KIP-580).
   */
  public static int transactionRetryMillis(Cluster cluster) {
    Object given = cluster.clientSettings().get(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG);
    return given == null ? TRANSACTION_RETRY_MILLIS : Integer.parseInt(given.toString());
  }

  /**
   * A transactional producer, whose client id is its transactional id: of those with one id only
   * the newest may write.
   *
   * @param id without the run prefix
   */
  public static Map<String, Object> transactionalProducer(Cluster cluster, String id) {
    Map<String, Object> settings = producer(cluster);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, cluster.named(id));
    settings.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, transactionRetryMillis(cluster));
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, cluster.named(id));
    return settings;
  }

  /**
   * A member of a share group that acknowledges each record.
   *
   * @param group without the run prefix
   * @param client client id without the run prefix
   * @param most records of one poll
   */
  public static Map<String, Object> shareConsumer(
      Cluster cluster, String group, String client, int most) {
    Map<String, Object> settings = cluster.clientSettings();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, cluster.named(group));
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, cluster.named(client));
    settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, most);
    return settings;
  }
}
