package orcaflow.cli.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.Consumers;
import orcaflow.stack.Stack;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Everything a finished run left in its topics, read under read_committed. */
record Records(Map<String, List<SpecificRecord>> byTopic) {

  /** Starts broker and registry on the run's folder, reads, and stops them. */
  static Records of(Path dir) {
    try (Stack stack = Stack.start(dir.resolve("stack"))) {
      return of(stack, "main");
    }
  }

  /** Reads a run of a stack. */
  static Records of(Stack stack, String run) {
    Cluster cluster = stack.cluster(run);
    Map<String, List<SpecificRecord>> byTopic = new TreeMap<>();
    try (KafkaConsumer<String, SpecificRecord> consumer = Consumers.committed(cluster)) {
      for (Topic<?> topic : Topics.all()) {
        byTopic.put(topic.name(), read(consumer, topic.in(run)));
      }
    }
    return new Records(byTopic);
  }

  private static List<SpecificRecord> read(
      KafkaConsumer<String, SpecificRecord> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
    List<SpecificRecord> events = new ArrayList<>();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      consumer.poll(Duration.ofMillis(200)).forEach(record -> events.add(record.value()));
    }
    return events;
  }

  <T extends SpecificRecord> List<T> of(Topic<T> topic) {
    return byTopic.get(topic.name()).stream().map(topic.type()::cast).toList();
  }

  /** Ids of a topic's events, sorted; an id that is there twice appears twice. */
  <T extends SpecificRecord> List<String> ids(Topic<T> topic) {
    return of(topic).stream().map(topic.idOf()).sorted().toList();
  }
}
