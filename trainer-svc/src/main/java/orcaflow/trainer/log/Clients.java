package orcaflow.trainer.log;

import java.time.Duration;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The two kinds of client used here. */
final class Clients {

  private Clients() {}

  /**
   * A reader of the log with a group, which exists so that lag can be shown. Client ids are fixed
   * names, as they become labels.
   */
  static <T extends SpecificRecord> TopicReader<String, T> reader(
      Cluster cluster, String group, String purpose, Duration patience) {
    return reader(cluster, ClientSettings.reader(cluster), group, purpose, patience);
  }

  /** The same for records that are there already. */
  static <T extends SpecificRecord> TopicReader<String, T> bulkReader(
      Cluster cluster, String group, String purpose, Duration patience) {
    return reader(cluster, ClientSettings.bulkReader(cluster), group, purpose, patience);
  }

  private static <T extends SpecificRecord> TopicReader<String, T> reader(
      Cluster cluster,
      Map<String, Object> settings,
      String group,
      String purpose,
      Duration patience) {
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, cluster.named(group));
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, cluster.named(group) + "." + purpose);
    return new TopicReader<>(
        cluster, settings, new StringDeserializer(), Serdes.<T>deserializer(cluster), patience);
  }

  /**
   * A transactional producer that sends at once; of those with one id only the newest may write.
   */
  static KafkaProducer<String, SpecificRecord> producer(Cluster cluster, String name) {
    Map<String, Object> settings = ClientSettings.transactionalProducer(cluster, name);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    return new KafkaProducer<>(settings, new StringSerializer(), Serdes.serializer(cluster));
  }
}
