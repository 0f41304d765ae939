package orcaflow.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.TopicReader;
import orcaflow.schemas.log.UnreadableRecord;
import org.apache.avro.specific.SpecificRecord;

/** All events of a topic that are committed when one asks; none where there is no such topic. */
public final class CommittedTopic {

  private CommittedTopic() {}

  public static <T extends SpecificRecord> List<T> all(Cluster cluster, Topic<T> topic) {
    List<T> events = new ArrayList<>();
    each(cluster, topic, events::add);
    return events;
  }

  /** The same without the records that are no events, for what may be incomplete. */
  public static <T extends SpecificRecord> List<T> readable(
      Cluster cluster, Topic<T> topic, Consumer<UnreadableRecord> unreadable) {
    List<T> events = new ArrayList<>();
    read(
        cluster,
        topic,
        TopicReader.Receiver.skipping(unreadable, record -> events.add(record.value())));
    return events;
  }

  public static <T extends SpecificRecord> void each(
      Cluster cluster, Topic<T> topic, Consumer<T> reader) {
    read(cluster, topic, record -> reader.accept(record.value()));
  }

  private static <T extends SpecificRecord> void read(
      Cluster cluster, Topic<T> topic, TopicReader.Receiver<String, T> receiver) {
    try (TopicReader<String, T> events = TopicReader.events(cluster)) {
      events.startAtBeginning(events.partitions(topic.in(cluster.run())));
      events.readTo(events.committedEnds(), receiver);
    }
  }
}
