package orcaflow.schemas.log;

import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordDeserializationException;

/**
 * A record that is no event of its topic: somebody else wrote it.
 *
 * @param reason why it cannot be read, as the deserialiser says it
 */
public record UnreadableRecord(RecordPosition position, String reason) {

  static UnreadableRecord of(RecordDeserializationException failure) {
    Throwable first =
        Stream.iterate(failure.getCause(), cause -> cause != null, Throwable::getCause)
            .reduce((outer, inner) -> inner)
            .orElse(failure);
    return new UnreadableRecord(
        new RecordPosition(
            failure.topicPartition().topic(),
            failure.topicPartition().partition(),
            failure.offset()),
        String.valueOf(first.getMessage()));
  }

  /** A record of a reader that decodes the values itself. */
  public static UnreadableRecord of(ConsumerRecord<?, ?> record, String reason) {
    return new UnreadableRecord(RecordPosition.of(record), reason);
  }

  @Override
  public String toString() {
    return "%s partition %d offset %d cannot be read: %s"
        .formatted(position.topic(), position.partition(), position.offset(), reason);
  }
}
