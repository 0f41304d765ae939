package orcaflow.cli.lineage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.OffsetSpan;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.Consumers;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Committed events, of any run of a cluster. Only those asked for are decoded: a whole topic is
 * looked through by its keys.
 */
final class CommittedEvents implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Deserializer<SpecificRecord> events;

  /** Where a record is. */
  record Place(String topic, int partition, long offset) {

    static Place of(ConsumerRecord<?, ?> record) {
      return new Place(record.topic(), record.partition(), record.offset());
    }

    boolean in(ConsumedOffsets consumed) {
      return topic.equals(consumed.getTopic())
          && partition == consumed.getPartition()
          && in(consumed.getSpans());
    }

    private boolean in(List<OffsetSpan> spans) {
      return spans.stream().anyMatch(span -> span.getFrom() <= offset && offset < span.getTo());
    }

    @Override
    public String toString() {
      return topic + "-" + partition + "-" + offset;
    }
  }

  CommittedEvents(Cluster cluster) {
    // What is read is there: a fetch at a topic's end must not hold up the next topic.
    consumer =
        Consumers.committed(
            cluster,
            new ByteArrayDeserializer(),
            Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5));
    events = Serdes.deserializer(cluster.registry());
  }

  /** All events of a run's topic whose key is wanted; none if the run has no such topic. */
  <T extends SpecificRecord> void each(
      Topic<T> topic, String run, Predicate<String> key, BiConsumer<T, Place> reader) {
    List<TopicPartition> partitions = Consumers.partitions(consumer, topic.in(run));
    Map<TopicPartition, Long> from = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> to = consumer.endOffsets(partitions);
    read(
        from,
        to,
        record -> key.test(record.key()),
        (event, place) -> reader.accept(topic.type().cast(event), place));
  }

  /**
   * Exactly these records.
   *
   * @throws UnknownId if one is not there any more
   */
  void at(ConsumedOffsets consumed, BiConsumer<SpecificRecord, Place> reader) throws UnknownId {
    TopicPartition partition = new TopicPartition(consumed.getTopic(), consumed.getPartition());
    List<OffsetSpan> spans = consumed.getSpans();
    if (spans.isEmpty()) {
      return;
    }
    long wanted = spans.stream().mapToLong(span -> span.getTo() - span.getFrom()).sum();
    List<Place> found = new ArrayList<>();
    if (Consumers.partitions(consumer, consumed.getTopic()).contains(partition)) {
      try {
        read(
            Map.of(partition, spans.get(0).getFrom()),
            Map.of(partition, spans.get(spans.size() - 1).getTo()),
            record -> Place.of(record).in(consumed),
            (event, place) -> {
              found.add(place);
              reader.accept(event, place);
            });
      } catch (OffsetOutOfRangeException e) {
        found.clear();
      }
    }
    if (found.size() < wanted) {
      throw new UnknownId(
          "%s holds %d of the %d records that the step learnt from: the rest is gone"
              .formatted(partition, found.size(), wanted));
    }
  }

  private void read(
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> to,
      Predicate<ConsumerRecord<String, byte[]>> wanted,
      BiConsumer<SpecificRecord, Place> reader) {
    consumer.assign(from.keySet());
    from.forEach(consumer::seek);
    Map<TopicPartition, Long> positions = positions(from);
    long heard = System.nanoTime();
    while (to.entrySet().stream().anyMatch(end -> positions.get(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < to.get(partition) && wanted.test(record)) {
          reader.accept(events.deserialize(record.topic(), record.value()), Place.of(record));
        }
      }
      Map<TopicPartition, Long> now = positions(from);
      if (!now.equals(positions)) {
        positions.putAll(now);
        heard = System.nanoTime();
      } else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "%s gives nothing more for %d s".formatted(from.keySet(), PATIENCE.toSeconds()));
      }
    }
  }

  private Map<TopicPartition, Long> positions(Map<TopicPartition, Long> partitions) {
    return partitions.keySet().stream()
        .collect(Collectors.toMap(p -> p, consumer::position, (a, b) -> a, HashMap::new));
  }

  @Override
  public void close() {
    consumer.close();
    events.close();
  }
}
