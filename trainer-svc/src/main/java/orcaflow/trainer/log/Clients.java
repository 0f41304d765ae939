package orcaflow.trainer.log;

import java.util.HashMap;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.log.Consumers;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;

/** The two kinds of client used here. */
final class Clients {

  private Clients() {}

  /**
   * A reader of the log with a group, which exists so that lag can be shown. Client ids are fixed
   * names, as they become labels.
   */
  static <T extends SpecificRecord> KafkaConsumer<String, T> consumer(
      Cluster cluster, String group, String purpose) {
    return Consumers.committed(
        cluster,
        Serdes.<T>deserializer(cluster.registry()),
        Map.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            cluster.named(group),
            ConsumerConfig.CLIENT_ID_CONFIG,
            cluster.named(group) + "." + purpose));
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
