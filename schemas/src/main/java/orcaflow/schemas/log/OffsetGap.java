package orcaflow.schemas.log;

import org.apache.kafka.common.TopicPartition;

/** Records that a reader asks for are not in the log: removed, or never written. */
public final class OffsetGap extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient TopicPartition partition;
  private final long wanted;
  private final long first;

  /**
   * @param wanted offset that was asked for
   * @param first offset of the oldest record there
   * @param end offset behind the newest record there
   */
  OffsetGap(TopicPartition partition, long wanted, long first, long end, Throwable cause) {
    super(sentence(partition, wanted, first, end), cause);
    this.partition = partition;
    this.wanted = wanted;
    this.first = first;
  }

  private static String sentence(TopicPartition partition, long wanted, long first, long end) {
    return first > wanted
        ? "%s, partition %d: offsets %d to %d are no longer there"
            .formatted(partition.topic(), partition.partition(), wanted, first)
        : "%s, partition %d: offset %d is not there, the log ends at %d"
            .formatted(partition.topic(), partition.partition(), wanted, end);
  }

  public TopicPartition partition() {
    return partition;
  }

  /** The offset that was asked for. */
  public long wanted() {
    return wanted;
  }

  /** The offset of the oldest record there; greater than the wanted one where that was removed. */
  public long first() {
    return first;
  }
}
