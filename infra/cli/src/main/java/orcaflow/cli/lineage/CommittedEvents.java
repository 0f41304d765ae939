package orcaflow.cli.lineage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.OffsetSpan;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.log.OffsetGap;
import orcaflow.schemas.log.RecordPosition;
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

  private static final long NEAR = 200;

  private final TopicReader<String, byte[]> reader;
  private final Deserializer<SpecificRecord> events;

  CommittedEvents(Cluster cluster) {
    reader = TopicReader.bytes(cluster, new StringDeserializer());
    events = Serdes.deserializer(cluster);
  }

  /**
   * All events of a run's topic whose key is wanted, each once, although it may be redriven; none
   * if the run has no such topic.
   */
  <T extends SpecificRecord> void each(
      Topic<T> topic, String run, Predicate<String> key, BiConsumer<T, RecordPosition> taker) {
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
  void at(ConsumedOffsets consumed, BiConsumer<SpecificRecord, RecordPosition> taker)
      throws UnknownId {
    TopicPartition partition = new TopicPartition(consumed.getTopic(), consumed.getPartition());
    List<OffsetSpan> spans = consumed.getSpans();
    if (spans.isEmpty()) {
      return;
    }
    long wanted = spans.stream().mapToLong(span -> span.getTo() - span.getFrom()).sum();
    List<RecordPosition> found = new ArrayList<>();
    if (reader.partitions(consumed.getTopic()).contains(partition)) {
      try {
        reader.start(Map.of(partition, spans.get(0).getFrom()));
        read(
            Map.of(partition, spans.get(spans.size() - 1).getTo()),
            record -> holds(spans, record.offset()),
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

  private static boolean holds(List<OffsetSpan> spans, long offset) {
    return spans.stream().anyMatch(span -> span.getFrom() <= offset && offset < span.getTo());
  }

  /**
   * The records at these places that are still there, in no order. Places that are near each other
   * are read together, and those of all partitions at the same time.
   */
  void at(Collection<RecordPosition> places, BiConsumer<SpecificRecord, RecordPosition> taker) {
    Map<TopicPartition, Deque<Long>> left = present(places);
    Set<RecordPosition> wanted = new HashSet<>(places);
    while (!left.isEmpty()) {
      Map<TopicPartition, Long> from = new HashMap<>();
      Map<TopicPartition, Long> to = new HashMap<>();
      left.forEach(
          (partition, offsets) -> {
            from.put(partition, offsets.getFirst());
            to.put(partition, takeNear(offsets) + 1);
          });
      left.values().removeIf(Deque::isEmpty);
      reader.start(from);
      read(to, record -> wanted.contains(RecordPosition.of(record)), taker);
    }
  }

  /** Their offsets in order, without those that retention removed. */
  private Map<TopicPartition, Deque<Long>> present(Collection<RecordPosition> places) {
    Map<TopicPartition, Deque<Long>> offsets = new HashMap<>();
    places.stream()
        .sorted()
        .forEach(
            place ->
                offsets
                    .computeIfAbsent(
                        new TopicPartition(place.topic(), place.partition()),
                        partition -> new ArrayDeque<>())
                    .addLast(place.offset()));
    reader.startAtBeginning(offsets.keySet());
    reader
        .positions()
        .forEach((partition, first) -> offsets.get(partition).removeIf(one -> one < first));
    offsets.values().removeIf(Deque::isEmpty);
    return offsets;
  }

  /** Takes offsets away as long as each is near the one before, and gives the last of them. */
  private static long takeNear(Deque<Long> offsets) {
    long last = offsets.removeFirst();
    while (!offsets.isEmpty() && offsets.getFirst() - last <= NEAR) {
      last = offsets.removeFirst();
    }
    return last;
  }

  private void read(
      Map<TopicPartition, Long> to,
      Predicate<ConsumerRecord<String, byte[]>> wanted,
      BiConsumer<SpecificRecord, RecordPosition> taker) {
    reader.readTo(
        to,
        record -> {
          if (wanted.test(record)) {
            taker.accept(
                events.deserialize(record.topic(), record.value()), RecordPosition.of(record));
          }
        });
  }

  @Override
  public void close() {
    reader.close();
    events.close();
  }
}
