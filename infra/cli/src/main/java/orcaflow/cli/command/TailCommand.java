package orcaflow.cli.command;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import orcaflow.cli.terminal.Failure;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.Consumers;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the events of a topic, one JSON object a line. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description = "Print the events of a topic, one JSON object a line, committed ones only.",
    footer = {"", "Example: ./orcaflow tail graded-rollouts -n 3 | jq ."})
public final class TailCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(300);
  private static final long SHORTEST_STRETCH = 64;

  @Spec private CommandSpec spec;
  @Mixin private RunSelection where;

  @Parameters(
      paramLabel = "TOPIC",
      description = "Topic without the run prefix, as in 'topics list'.")
  private String topic;

  @Option(
      names = "-n",
      defaultValue = "10",
      description =
          "Newest events of each partition to begin with (default: ${DEFAULT-VALUE}); -1 for all.")
  private long newest;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with events as they arrive.")
  private boolean follow;

  @Override
  public Integer call() throws Exception {
    Topic<?> catalogued = catalogued();
    Cluster cluster = where.cluster();
    try (KafkaConsumer<String, SpecificRecord> consumer = Consumers.committed(cluster)) {
      print(consumer, catalogued.in(cluster.run()));
    }
    return 0;
  }

  private Topic<?> catalogued() throws Failure.BadInput {
    try {
      return Topics.named(topic);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput(e.getMessage(), e);
    }
  }

  private void print(KafkaConsumer<String, SpecificRecord> consumer, String name) {
    List<TopicPartition> partitions = Consumers.partitions(consumer, name);
    consumer.assign(partitions);
    PrintWriter out = spec.commandLine().getOut();
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      consumer.assign(List.of(partition));
      newest(consumer, partition, beginnings.get(partition), ends.get(partition))
          .forEach(record -> print(record, out));
    }
    out.flush();
    if (follow) {
      consumer.assign(partitions);
      ends.forEach(consumer::seek);
      while (!out.checkError()) {
        consumer.poll(POLL).forEach(record -> print(record, out));
      }
    }
  }

  /**
   * The newest events before {@code end}. Offsets are not counts, as transactions leave markers
   * between events: so ever larger stretches are read until enough are found.
   */
  private List<ConsumerRecord<String, SpecificRecord>> newest(
      KafkaConsumer<String, SpecificRecord> consumer,
      TopicPartition partition,
      long beginning,
      long end) {
    long wanted = newest < 0 ? Long.MAX_VALUE : newest;
    long stretch = newest < 0 ? end - beginning : Math.max(SHORTEST_STRETCH, 2 * newest);
    while (true) {
      long from = Math.max(beginning, end - stretch);
      List<ConsumerRecord<String, SpecificRecord>> found = read(consumer, partition, from, end);
      if (found.size() >= wanted || from == beginning) {
        return found.subList((int) Math.max(0, found.size() - wanted), found.size());
      }
      stretch *= 8;
    }
  }

  private static List<ConsumerRecord<String, SpecificRecord>> read(
      KafkaConsumer<String, SpecificRecord> consumer,
      TopicPartition partition,
      long from,
      long end) {
    List<ConsumerRecord<String, SpecificRecord>> found = new ArrayList<>();
    consumer.seek(partition, from);
    while (consumer.position(partition) < end) {
      consumer.poll(POLL).forEach(found::add);
    }
    return found;
  }

  private static void print(ConsumerRecord<String, SpecificRecord> record, PrintWriter out) {
    out.printf(
        "{\"partition\":%d,\"offset\":%d,\"time\":\"%s\",\"key\":%s,\"event\":%s}%n",
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        TextNode.valueOf(record.key()),
        record.value());
  }
}
