package orcaflow.trainer.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.Consumers;
import orcaflow.service.MetricsBinding;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Follows a topic from its first record on. One thread. */
public final class TopicFollower<T extends SpecificRecord> implements AutoCloseable {

  private final KafkaConsumer<String, T> consumer;
  private final List<TopicPartition> partitions;
  private final MetricsBinding watch;

  public TopicFollower(KafkaAccess wire, String group, Topic<T> topic) {
    this(wire, group, topic, Map.of());
  }

  /**
   * @param from partition to first offset; partitions that are not named start at their beginning
   * @throws IllegalStateException if the topic is not there
   */
  public TopicFollower(KafkaAccess wire, String group, Topic<T> topic, Map<Integer, Long> from) {
    consumer = Clients.consumer(wire.cluster(), group, topic.name());
    String name = topic.in(wire.run());
    partitions = Consumers.partitions(consumer, name);
    if (partitions.isEmpty()) {
      consumer.close();
      throw new IllegalStateException(
          "topic '%s' is not there: create the run's topics first".formatted(name));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    for (TopicPartition partition : partitions) {
      if (from.containsKey(partition.partition())) {
        consumer.seek(partition, from.get(partition.partition()));
      }
    }
    watch = wire.meters().watch(consumer::metrics);
  }

  /** What came since the last call; waits a little when there is nothing. */
  public List<T> poll(Duration wait) {
    List<T> events = new ArrayList<>();
    for (ConsumerRecord<String, T> record : consumer.poll(wait)) {
      events.add(record.value());
    }
    return events;
  }

  /** Everything that is committed now. */
  public List<T> pollToEnd() {
    List<T> events = new ArrayList<>();
    var ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      events.addAll(poll(Duration.ofMillis(100)));
    }
    return events;
  }

  /** For each partition the next offset to be read. */
  public Map<Integer, Long> positions() {
    Map<Integer, Long> positions = new TreeMap<>();
    partitions.forEach(p -> positions.put(p.partition(), consumer.position(p)));
    return positions;
  }

  /** Shows the position as the group's; nothing ever starts from it. */
  public void showPosition() {
    for (TopicPartition partition : partitions) {
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(consumer.position(partition))));
    }
  }

  @Override
  public void close() {
    watch.close();
    consumer.close();
  }
}
