package orcaflow.trainer.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import orcaflow.events.OffsetRange;
import orcaflow.schemas.Cluster;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads exact stretches of topics: every committed record in them, and nothing else. */
public final class RangeReader {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Cluster cluster;
  private final String group;
  private final Duration patience;

  /**
   * @param patience how long to wait for records that are not yet visible, such as those behind an
   *     open transaction
   */
  public RangeReader(Cluster cluster, String group, Duration patience) {
    this.cluster = cluster;
    this.group = group;
    this.patience = patience;
  }

  /** Told how many records have been read. */
  public interface Progress extends LongConsumer {}

  /**
   * All records of the ranges, each range in order.
   *
   * @param stop asked between polls
   * @throws Stopped when {@code stop} says so
   * @throws IllegalStateException naming the range that cannot be read whole
   */
  public <T extends SpecificRecord> List<StoredEvent<T>> read(
      List<OffsetRange> ranges, Progress progress, BooleanSupplier stop) {
    List<StoredEvent<T>> events = new ArrayList<>();
    try (KafkaConsumer<String, T> consumer = Clients.consumer(cluster, group, "rows")) {
      for (OffsetRange range : ranges) {
        read(consumer, range, events, progress, stop);
      }
    }
    return events;
  }

  /** Says in the group's committed positions how far training has come; nothing starts from it. */
  public void showPositions(List<OffsetRange> ranges) {
    Map<TopicPartition, OffsetAndMetadata> positions =
        ranges.stream()
            .collect(
                Collectors.toMap(
                    RangeReader::partition,
                    range -> new OffsetAndMetadata(range.getTo()),
                    (a, b) -> a.offset() > b.offset() ? a : b));
    try (KafkaConsumer<String, SpecificRecord> consumer =
        Clients.consumer(cluster, group, "rows")) {
      consumer.commitSync(positions);
    }
  }

  private <T extends SpecificRecord> void read(
      KafkaConsumer<String, T> consumer,
      OffsetRange range,
      List<StoredEvent<T>> events,
      Progress progress,
      BooleanSupplier stop) {
    TopicPartition partition = partition(range);
    consumer.assign(List.of(partition));
    consumer.seek(partition, range.getFrom());
    long deadline = System.nanoTime() + patience.toNanos();
    // The position, not the last record, tells the end: transaction markers take offsets too.
    while (consumer.position(partition) < range.getTo()) {
      if (stop.getAsBoolean()) {
        throw new Stopped();
      }
      long before = consumer.position(partition);
      try {
        for (ConsumerRecord<String, T> record : consumer.poll(POLL)) {
          if (record.offset() < range.getTo()) {
            events.add(new StoredEvent<>(record.value(), place(record)));
          }
        }
      } catch (OffsetOutOfRangeException e) {
        throw unreadable(range, "the topic does not hold all of it any more", e);
      }
      if (consumer.position(partition) > before) {
        deadline = System.nanoTime() + patience.toNanos();
        progress.accept(events.size());
      } else if (System.nanoTime() > deadline) {
        throw unreadable(
            range,
            "nothing came after offset %d for %d s".formatted(before, patience.toSeconds()),
            null);
      }
    }
  }

  private static IllegalStateException unreadable(OffsetRange range, String why, Exception cause) {
    return new IllegalStateException(
        "%s, partition %d, offsets %d to %d cannot be read: %s"
            .formatted(range.getTopic(), range.getPartition(), range.getFrom(), range.getTo(), why),
        cause);
  }

  private static RecordPosition place(ConsumerRecord<?, ?> record) {
    return new RecordPosition(record.topic(), record.partition(), record.offset());
  }

  private static TopicPartition partition(OffsetRange range) {
    return new TopicPartition(range.getTopic(), range.getPartition());
  }
}
