package orcaflow.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
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
final class TailCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private Where where;

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
    Map<String, Object> settings = new HashMap<>(cluster.kafka());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrap());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    try (KafkaConsumer<String, SpecificRecord> consumer =
        new KafkaConsumer<>(
            settings, new StringDeserializer(), Serdes.deserializer(cluster.registry()))) {
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
    List<TopicPartition> partitions =
        consumer.partitionsFor(name).stream()
            .map(info -> new TopicPartition(name, info.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    ends.forEach(
        (partition, end) ->
            consumer.seek(
                partition,
                newest < 0
                    ? beginnings.get(partition)
                    : Math.max(beginnings.get(partition), end - newest)));
    PrintWriter out = spec.commandLine().getOut();
    do {
      for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(Duration.ofMillis(300))) {
        out.printf(
            "{\"partition\":%d,\"offset\":%d,\"time\":\"%s\",\"key\":%s,\"event\":%s}%n",
            record.partition(),
            record.offset(),
            Instant.ofEpochMilli(record.timestamp()),
            com.fasterxml.jackson.databind.node.TextNode.valueOf(record.key()),
            record.value());
      }
      out.flush();
    } while (!out.checkError()
        && (follow
            || ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())));
  }
}
