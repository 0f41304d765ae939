package orcaflow.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;

/** All events of a topic that are committed when one asks; none where there is no such topic. */
public final class CommittedTopic {

  private CommittedTopic() {}

  public static <T extends SpecificRecord> List<T> all(Cluster cluster, Topic<T> topic) {
    List<T> events = new ArrayList<>();
    each(cluster, topic, events::add);
    return events;
  }

  public static <T extends SpecificRecord> void each(
      Cluster cluster, Topic<T> topic, Consumer<T> reader) {
    try (TopicReader<String, T> events = TopicReader.events(cluster)) {
      events.startAtBeginning(events.partitions(topic.in(cluster.run())));
      events.readTo(events.committedEnds(), record -> reader.accept(record.value()));
    }
  }
}
