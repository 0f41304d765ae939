package orcaflow.schemas.log;

/**
 * Where a record is.
 *
 * @param topic with its run prefix
 */
public record RecordPosition(String topic, int partition, long offset)
    implements Comparable<RecordPosition> {

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
