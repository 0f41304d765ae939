package orcaflow.cli.lineage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.OffsetSpan;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.log.OffsetGap;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Committed events, of any run of a cluster. Only those asked for are decoded: a whole topic is
 * looked through by its keys.
 */
final class CommittedEvents implements AutoCloseable {

  private final TopicReader<String, byte[]> reader;
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
    reader = TopicReader.bytes(cluster, new StringDeserializer());
    events = Serdes.deserializer(cluster);
  }

  /**
   * All events of a run's topic whose key is wanted, each once, although it may be redriven; none
   * if the run has no such topic.
   */
  <T extends SpecificRecord> void each(
      Topic<T> topic, String run, Predicate<String> key, BiConsumer<T, Place> taker) {
    reader.startAtBeginning(reader.partitions(topic.in(run)));
    read(
        reader.committedEnds(),
        record -> key.test(record.key()) && !LetterHeaders.isRedriven(record.headers()),
        (event, place) -> taker.accept(topic.type().cast(event), place));
  }

  /**
   * Exactly these records.
   *
   * @throws UnknownId if one is not there any more
   */
  void at(ConsumedOffsets consumed, BiConsumer<SpecificRecord, Place> taker) throws UnknownId {
    TopicPartition partition = new TopicPartition(consumed.getTopic(), consumed.getPartition());
    List<OffsetSpan> spans = consumed.getSpans();
    if (spans.isEmpty()) {
      return;
    }
    long wanted = spans.stream().mapToLong(span -> span.getTo() - span.getFrom()).sum();
    List<Place> found = new ArrayList<>();
    if (reader.partitions(consumed.getTopic()).contains(partition)) {
      try {
        reader.start(Map.of(partition, spans.get(0).getFrom()));
        read(
            Map.of(partition, spans.get(spans.size() - 1).getTo()),
            record -> Place.of(record).in(consumed),
            (event, place) -> {
              found.add(place);
              taker.accept(event, place);
            });
      } catch (OffsetGap gap) {
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
      Map<TopicPartition, Long> to,
      Predicate<ConsumerRecord<String, byte[]>> wanted,
      BiConsumer<SpecificRecord, Place> taker) {
    reader.readTo(
        to,
        record -> {
          if (wanted.test(record)) {
            taker.accept(events.deserialize(record.topic(), record.value()), Place.of(record));
          }
        });
  }

  @Override
  public void close() {
    reader.close();
    events.close();
  }
}
