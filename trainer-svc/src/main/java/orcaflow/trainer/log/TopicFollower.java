package orcaflow.trainer.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.TopicReader;
import orcaflow.service.MetricsBinding;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a topic from its first record on. A record that is no event is said in the log and left
 * out. One thread.
 */
public final class TopicFollower<T extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);

  private final TopicReader<String, T> reader;
  private final MetricsBinding watch;

  public TopicFollower(KafkaAccess wire, String group, Topic<T> topic) {
    this(wire, group, topic, Map.of());
  }

  /**
   * @param from partition to first offset; partitions that are not named start at their beginning
   * @throws IllegalStateException if the topic is not there
   */
  public TopicFollower(KafkaAccess wire, String group, Topic<T> topic, Map<Integer, Long> from) {
    reader = Clients.reader(wire.cluster(), group, topic.name(), TopicReader.PATIENCE);
    String name = topic.in(wire.run());
    List<TopicPartition> partitions = reader.partitions(name);
    if (partitions.isEmpty()) {
      reader.close();
      throw new IllegalStateException(
          "topic '%s' is not there: create the run's topics first".formatted(name));
    }
    reader.startAtBeginning(partitions);
    Map<TopicPartition, Long> start = reader.positions();
    start.replaceAll((p, beginning) -> from.getOrDefault(p.partition(), beginning));
    reader.start(start);
    watch = wire.meters().watch(reader::metrics);
  }

  /** What came since the last call; waits a little when there is nothing. */
  public List<T> poll(Duration wait) {
    List<T> events = new ArrayList<>();
    reader.poll(wait, into(events));
    return events;
  }

  /** Everything that is committed now. */
  public List<T> pollToEnd() {
    List<T> events = new ArrayList<>();
    reader.readTo(reader.committedEnds(), into(events));
    return events;
  }

  private TopicReader.Receiver<String, T> into(List<T> events) {
    return TopicReader.Receiver.skipping(LOG, record -> events.add(record.value()));
  }

  /** For each partition the next offset to be read. */
  public Map<Integer, Long> positions() {
    Map<Integer, Long> positions = new TreeMap<>();
    reader.positions().forEach((p, position) -> positions.put(p.partition(), position));
    return positions;
  }

  /** Shows the position as the group's; nothing ever starts from it. */
  public void showPosition() {
    reader.commit(reader.positions());
  }

  @Override
  public void close() {
    watch.close();
    reader.close();
  }
}
