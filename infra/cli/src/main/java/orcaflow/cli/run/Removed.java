package orcaflow.cli.run;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Offsets 0 to {@code to} of a partition are no longer there: retention or a person removed them.
 *
 * @param topic with its run prefix
 * @param to offset of the oldest record there
 */
public record Removed(String topic, int partition, long to) {

  static List<Removed> before(Map<TopicPartition, Long> beginnings) {
    return beginnings.entrySet().stream()
        .filter(first -> first.getValue() > 0)
        .map(
            first ->
                new Removed(first.getKey().topic(), first.getKey().partition(), first.getValue()))
        .sorted(Comparator.comparing(Removed::topic).thenComparing(Removed::partition))
        .toList();
  }

  @Override
  public String toString() {
    return "%s, partition %d: offsets 0 to %d are no longer there".formatted(topic, partition, to);
  }
}
