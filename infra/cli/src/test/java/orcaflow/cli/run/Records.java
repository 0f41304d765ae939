package orcaflow.cli.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import orcaflow.stack.Stack;
import org.apache.avro.specific.SpecificRecord;

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
    try (TopicReader<String, SpecificRecord> reader = TopicReader.events(cluster)) {
      for (Topic<?> topic : Topics.all()) {
        byTopic.put(topic.name(), read(reader, topic.in(run)));
      }
    }
    return new Records(byTopic);
  }

  private static List<SpecificRecord> read(
      TopicReader<String, SpecificRecord> reader, String topic) {
    List<SpecificRecord> events = new ArrayList<>();
    reader.startAtBeginning(reader.partitions(topic));
    reader.readTo(reader.committedEnds(), record -> events.add(record.value()));
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
