package orcaflow.cli.command;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.RecordPosition;
import orcaflow.schemas.log.TopicReader;
import orcaflow.schemas.log.UnreadableRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
    description =
        "Print the events of a topic, one JSON object a line, committed ones only. A record that is"
            + " no event is a line with 'unreadable' and the reason.",
    footer = {"", "Example: ./orcaflow tail graded-rollouts -n 3 | jq ."})
public final class TailCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(300);
  private static final long SHORTEST_RANGE = 64;

  @Spec private CommandSpec spec;
  @Mixin private RunSelection selection;

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
      description = "Continue with events as they arrive.")
  private boolean follow;

  @Override
  public Integer call() throws Exception {
    Topic<?> catalogued = catalogued();
    Cluster cluster = selection.cluster();
    try (TopicReader<String, SpecificRecord> reader =
        TopicReader.events(cluster, ClientSettings.reader(cluster))) {
      print(reader, catalogued.in(cluster.run()));
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

  private void print(TopicReader<String, SpecificRecord> reader, String name) {
    List<TopicPartition> partitions = reader.partitions(name);
    reader.startAtBeginning(partitions);
    PrintWriter out = spec.commandLine().getOut();
    Map<TopicPartition, Long> beginnings = reader.positions();
    Map<TopicPartition, Long> ends = reader.committedEnds();
    for (TopicPartition partition : partitions) {
      newest(reader, partition, beginnings.get(partition), ends.get(partition))
          .forEach(out::println);
    }
    out.flush();
    if (follow) {
      reader.start(ends);
      while (!out.checkError()) {
        reader.poll(POLL, lines(out::println));
      }
    }
  }

  /**
   * The newest events before {@code end}. Offsets are not counts, as transactions leave markers
   * between events: so ever larger ranges are read until enough are found.
   */
  private List<String> newest(
      TopicReader<String, SpecificRecord> reader,
      TopicPartition partition,
      long beginning,
      long end) {
    long wanted = newest < 0 ? Long.MAX_VALUE : newest;
    long length = newest < 0 ? end - beginning : Math.max(SHORTEST_RANGE, 2 * newest);
    while (true) {
      long from = Math.max(beginning, end - length);
      List<String> found = new ArrayList<>();
      reader.start(Map.of(partition, from));
      reader.readTo(Map.of(partition, end), lines(found::add));
      if (found.size() >= wanted || from == beginning) {
        return found.subList((int) Math.max(0, found.size() - wanted), found.size());
      }
      length *= 8;
    }
  }

  private static TopicReader.Receiver<String, SpecificRecord> lines(Consumer<String> line) {
    return TopicReader.Receiver.skipping(
        unreadable -> line.accept(line(unreadable)), record -> line.accept(line(record)));
  }

  private static String line(ConsumerRecord<String, SpecificRecord> record) {
    return "{\"partition\":%d,\"offset\":%d,\"time\":\"%s\",\"key\":%s,\"event\":%s}"
        .formatted(
            record.partition(),
            record.offset(),
            Instant.ofEpochMilli(record.timestamp()),
            TextNode.valueOf(record.key()),
            record.value());
  }

  private static String line(UnreadableRecord record) {
    RecordPosition position = record.position();
    return "{\"partition\":%d,\"offset\":%d,\"unreadable\":%s}"
        .formatted(position.partition(), position.offset(), TextNode.valueOf(record.reason()));
  }
}
