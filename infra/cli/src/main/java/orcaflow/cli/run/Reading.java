package orcaflow.cli.run;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** How far a reading of partitions to their ends is, and from when the records are. Thread-safe. */
final class Reading {

  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private final Map<TopicPartition, Long> left = new HashMap<>();
  private long all;
  private long rest;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /**
   * @param ends by partition, as many as positions
   */
  synchronized void begin(Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) {
    this.ends.putAll(ends);
    positions.forEach(
        (partition, position) -> left.put(partition, Math.max(0, ends.get(partition) - position)));
    all = left.values().stream().mapToLong(n -> n).sum();
    rest = all;
  }

  synchronized void reached(TopicPartition partition, long position) {
    if (rest > 0) {
      long now = Math.max(0, ends.get(partition) - position);
      rest += now - left.put(partition, now);
    }
  }

  /**
   * @param time of a record, in milliseconds
   */
  synchronized void saw(long time) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }

  synchronized Optional<Instant> first() {
    return last < first ? Optional.empty() : Optional.of(Instant.ofEpochMilli(first));
  }

  synchronized Optional<Instant> last() {
    return last < first ? Optional.empty() : Optional.of(Instant.ofEpochMilli(last));
  }

  /** The share that is read, 0 to 1; 0 before it is known. */
  synchronized double share() {
    return all == 0 ? 0 : 1 - (double) rest / all;
  }
}
