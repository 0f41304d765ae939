package orcaflow.cli.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.Consumers;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** All events of a topic that are committed when one asks; none where there is no such topic. */
public final class CommittedTopic {

  private static final Duration POLL = Duration.ofMillis(200);

  private CommittedTopic() {}

  public static <T extends SpecificRecord> List<T> all(Cluster cluster, Topic<T> topic) {
    List<T> events = new ArrayList<>();
    each(cluster, topic, events::add);
    return events;
  }

  public static <T extends SpecificRecord> void each(
      Cluster cluster, Topic<T> topic, Consumer<T> reader) {
    try (KafkaConsumer<String, T> consumer =
        Consumers.committed(
            cluster,
            Serdes.<T>deserializer(cluster.registry()),
            Map.of(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                5,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5000))) {
      List<TopicPartition> partitions = Consumers.partitions(consumer, topic.in(cluster.run()));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends =
          partitions.isEmpty() ? Map.of() : consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<String, T> record : consumer.poll(POLL)) {
          if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
            reader.accept(record.value());
          }
        }
      }
    }
  }
}
