package orcaflow.cli.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What a run was told to do, as far as it is committed.
 *
 * @param entries oldest first
 */
public record RunLog(List<RunLogEntry> entries) {

  private static final Duration POLL = Duration.ofMillis(200);

  public RunLog {
    entries = List.copyOf(entries);
  }

  /** Reads it; a run that has no such topic was told nothing. */
  public static RunLog of(Cluster cluster) {
    Map<String, Object> settings = new HashMap<>(cluster.kafka());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrap());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    List<RunLogEntry> entries = new ArrayList<>();
    try (KafkaConsumer<String, RunLogEntry> consumer =
        new KafkaConsumer<>(
            settings,
            new StringDeserializer(),
            Serdes.<RunLogEntry>deserializer(cluster.registry()))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.RUN_LOG.in(cluster.run())).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(POLL).forEach(record -> entries.add(record.value()));
      }
    }
    return new RunLog(entries);
  }

  /** The recipe that the run was started with last. */
  public Optional<RunLogEntry> recipe() {
    return entries.stream()
        .filter(entry -> entry.getKind().equals("recipe"))
        .reduce((older, newer) -> newer);
  }

  boolean has(RunLogEntry entry) {
    return entries.stream().anyMatch(there -> there.getId().equals(entry.getId()));
  }
}
