package orcaflow.cli.command;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orcaflow.cli.terminal.Failure;
import orcaflow.events.Problem;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.Consumers;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** All problems a run has admitted when one asks, committed ones only. */
final class AdmittedProblems {

  /** Takes the problems, one after the other. */
  @FunctionalInterface
  interface Reader {
    /**
     * @param read how far the topic was read, in offsets, of {@code total} in all
     */
    void take(Problem problem, long read, long total);
  }

  private AdmittedProblems() {}

  static void read(Cluster cluster, Reader reader) throws Failure.BadInput {
    String topic = Topics.PROBLEMS.in(cluster.run());
    try (KafkaConsumer<String, Problem> consumer = Consumers.committed(cluster)) {
      List<TopicPartition> partitions = Consumers.partitions(consumer, topic);
      if (partitions.isEmpty()) {
        throw new Failure.BadInput(
            "%s has no topic %s: is --run right?".formatted(cluster.bootstrap(), topic));
      }
      read(consumer, partitions, reader);
    }
  }

  private static void read(
      KafkaConsumer<String, Problem> consumer, List<TopicPartition> partitions, Reader reader) {
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> positions = new HashMap<>(beginnings);
    long before = sum(beginnings);
    long total = sum(ends) - before;
    while (partitions.stream().anyMatch(p -> positions.get(p) < ends.get(p))) {
      long read = sum(positions) - before;
      for (ConsumerRecord<String, Problem> record : consumer.poll(Duration.ofMillis(300))) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < ends.get(partition)) {
          reader.take(record.value(), read, total);
        }
      }
      partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
    }
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }
}
