package orcaflow.schemas.log;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Consumers that read what is in the log, for those who ask about a run rather than take part in
 * it: they are assigned partitions and told where to start, see committed records only, belong to
 * no group, commit nothing and create no topic. Where they stand is nobody's guess: a record that
 * is gone is an error ({@code OffsetOutOfRangeException}), never a silent jump.
 */
public final class Consumers {

  private Consumers() {}

  /** Reads events. */
  public static <T extends SpecificRecord> KafkaConsumer<String, T> committed(Cluster cluster) {
    return committed(cluster, Serdes.<T>deserializer(cluster.registry()), Map.of());
  }

  /**
   * Reads values of any kind.
   *
   * @param more settings of this consumer alone, such as how much a poll takes
   */
  public static <V> KafkaConsumer<String, V> committed(
      Cluster cluster, Deserializer<V> values, Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(cluster.kafka());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrap());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.putAll(more);
    return new KafkaConsumer<>(settings, new StringDeserializer(), values);
  }

  /**
   * The partitions of a topic, by their number; none if there is no such topic.
   *
   * @param topic with its run prefix
   */
  public static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .sorted(Comparator.comparingInt(TopicPartition::partition))
        .toList();
  }
}
