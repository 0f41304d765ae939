package orcaflow.cli.command;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import orcaflow.events.Problem;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.log.TopicReader;
import orcaflow.schemas.log.UnreadableRecord;
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

  /**
   * @param unreadable takes records of the topic that are no problems
   */
  static void read(Cluster cluster, Reader reader, Consumer<UnreadableRecord> unreadable)
      throws Failure.BadInput {
    String topic = Topics.PROBLEMS.in(cluster.run());
    try (TopicReader<String, Problem> problems = TopicReader.events(cluster)) {
      List<TopicPartition> partitions = problems.partitions(topic);
      if (partitions.isEmpty()) {
        throw new Failure.BadInput(
            "%s has no topic %s: is --run right?".formatted(cluster.bootstrap(), topic));
      }
      problems.startAtBeginning(partitions);
      long before = sum(problems.positions());
      Map<TopicPartition, Long> ends = problems.committedEnds();
      long total = sum(ends) - before;
      problems.readTo(
          ends,
          TopicReader.Receiver.skipping(
              unreadable,
              record -> {
                if (!LetterHeaders.isRedriven(record.headers())) {
                  reader.take(record.value(), sum(problems.positions()) - before, total);
                }
              }));
    }
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }
}
