package orcaflow.schemas.log;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where a record is.
 *
 * @param topic with its run prefix
 */
public record RecordPosition(String topic, int partition, long offset)
    implements Comparable<RecordPosition> {

  /** The place of a record. */
  public static RecordPosition of(ConsumerRecord<?, ?> record) {
    return new RecordPosition(record.topic(), record.partition(), record.offset());
  }

  @Override
  public int compareTo(RecordPosition other) {
    int byTopic = topic.compareTo(other.topic);
    int byPartition = byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
  }

  public boolean sharesPartition(RecordPosition other) {
    return topic.equals(other.topic) && partition == other.partition;
  }

  /** Whether the other is the next offset of the same partition. */
  public boolean isBefore(RecordPosition other) {
    return sharesPartition(other) && offset + 1 == other.offset;
  }
}
