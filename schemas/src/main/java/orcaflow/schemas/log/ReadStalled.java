package orcaflow.schemas.log;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;

/**
 * A reader waited longer than its patience for the next record of a partition: the brokers or the
 * registry are away, or a transaction is still open.
 */
public final class ReadStalled extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final long position;

  ReadStalled(TopicPartition partition, long position, Duration patience) {
    super(
        "%s, partition %d: nothing came after offset %d for %d s"
            .formatted(partition.topic(), partition.partition(), position, patience.toSeconds()));
    this.position = position;
  }

  /** Offset of the next record. */
  public long position() {
    return position;
  }
}
