package orcaflow.trainer.log;

import java.util.HashMap;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The two kinds of client used here. */
final class Clients {

  private Clients() {}

  /**
   * A consumer that is assigned partitions and told where to start. It sees committed records only
   * and commits nothing by itself; its group exists so that lag can be shown. Client ids are fixed
   * names, as they become labels.
   */
  static <T extends SpecificRecord> KafkaConsumer<String, T> consumer(
      Cluster cluster, String group, String purpose) {
    Map<String, Object> settings = new HashMap<>(cluster.kafka());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrap());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, cluster.named(group));
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, cluster.named(group) + "." + purpose);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    return new KafkaConsumer<>(
        settings, new StringDeserializer(), Serdes.<T>deserializer(cluster.registry()));
  }

  /** A transactional producer; of those with one id only the newest may write. */
  static KafkaProducer<String, SpecificRecord> producer(Cluster cluster, String name) {
    Map<String, Object> settings = new HashMap<>(cluster.kafka());
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrap());
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, cluster.named(name));
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, cluster.named(name));
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    return new KafkaProducer<>(
        settings, new StringSerializer(), Serdes.serializer(cluster.registry()));
  }
}
