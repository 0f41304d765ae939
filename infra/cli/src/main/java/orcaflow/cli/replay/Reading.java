package orcaflow.cli.replay;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads a stretch of a partition to its end: every committed record of it, and nothing else. */
final class Reading {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Reading() {}

  /** What is done with the records. */
  interface Reader<V> {
    void take(ConsumerRecord<String, V> record);

    /** Told after each poll how far it is read. */
    default void behind(long position) {}
  }

  /**
   * Reads from an offset to before another.
   *
   * @param stop asked between polls
   * @throws IllegalStateException if the stretch cannot be read whole
   */
  static <V> void read(
      KafkaConsumer<String, V> consumer,
      TopicPartition partition,
      long from,
      long to,
      BooleanSupplier stop,
      Reader<V> reader) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long position = from;
    long heard = System.nanoTime();
    while (position < to && !stop.getAsBoolean()) {
      for (ConsumerRecord<String, V> record : poll(consumer, partition, position)) {
        if (record.offset() < to) {
          reader.take(record);
        }
      }
      // The position, not the last record, tells the end: transaction marks take offsets too.
      long now = Math.min(consumer.position(partition), to);
      heard = now > position ? System.nanoTime() : heard;
      position = now;
      reader.behind(position);
      if (System.nanoTime() - heard > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "%s gives nothing after offset %d for %d s"
                .formatted(partition, position, PATIENCE.toSeconds()));
      }
    }
  }

  private static <V> ConsumerRecords<String, V> poll(
      KafkaConsumer<String, V> consumer, TopicPartition partition, long position) {
    try {
      return consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
      throw new IllegalStateException(
          "%s: offsets %d to %d were removed while they were read"
              .formatted(partition, position, begin),
          e);
    }
  }
}
