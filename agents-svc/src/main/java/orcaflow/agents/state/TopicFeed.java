package orcaflow.agents.state;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.TopicReader;
import orcaflow.schemas.log.UnreadableRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;

/**
 * A topic that is read into a store. Each reading continues where the last one ended, after a
 * restart too: the position is saved behind what the records have written, so records may come once
 * more after a crash, and none is left out. One thread at a time.
 */
public final class TopicFeed<K, V> implements AutoCloseable {

  private static final Duration SAVE_EVERY = Duration.ofSeconds(2);

  private final StateStore store;
  private final String topic;
  private final TopicReader<K, V> reader;
  private final Supplier<String> note;
  private final Optional<String> savedNote;
  private long saved = System.nanoTime();

  /**
   * @param topic with its run prefix; it is there
   * @param note what is saved together with the position, as of the records taken so far
   */
  public TopicFeed(
      StateStore store, String topic, TopicReader<K, V> reader, Supplier<String> note) {
    this.store = store;
    this.topic = topic;
    this.reader = reader;
    this.note = note;
    Optional<SavedPositions> before = store.positions(topic);
    this.savedNote = before.map(SavedPositions::note);
    reader.startAtBeginning(reader.partitions(topic));
    Map<TopicPartition, Long> from = reader.positions();
    before.ifPresent(
        positions -> from.replaceAll((partition, first) -> later(positions, partition, first)));
    reader.start(from);
  }

  /**
   * For events, of which nothing is saved but the position.
   *
   * @param topic with its run prefix; it is there
   */
  public static <T extends SpecificRecord> TopicFeed<String, T> events(
      StateStore store, Cluster cluster, String topic) {
    return new TopicFeed<>(store, topic, TopicReader.events(cluster), () -> "");
  }

  private static long later(SavedPositions positions, TopicPartition partition, long first) {
    return Math.max(first, positions.offsets().getOrDefault(partition.partition(), 0L));
  }

  /** The note that was saved when the last reading ended; none at the first. */
  public Optional<String> savedNote() {
    return savedNote;
  }

  /** Takes every record that was sent before this call. */
  public void catchUp(TopicReader.Receiver<K, V> receiver) {
    Map<TopicPartition, Long> before = reader.positions();
    reader.readTo(reader.logEnds(), new Saving(receiver));
    if (!reader.positions().equals(before)) {
      save();
    }
  }

  private void save() {
    Map<Integer, Long> offsets = new HashMap<>();
    reader.positions().forEach((partition, offset) -> offsets.put(partition.partition(), offset));
    store.save(topic, new SavedPositions(topic, offsets, note.get()));
    saved = System.nanoTime();
  }

  @Override
  public void close() {
    reader.close();
  }

  /** Saves between two polls, where the positions and the note are of the same records. */
  private final class Saving implements TopicReader.Receiver<K, V> {

    private final TopicReader.Receiver<K, V> receiver;
    private boolean betweenPolls;

    Saving(TopicReader.Receiver<K, V> receiver) {
      this.receiver = receiver;
    }

    @Override
    public void take(ConsumerRecord<K, V> record) {
      if (betweenPolls && System.nanoTime() - saved > SAVE_EVERY.toNanos()) {
        save();
      }
      betweenPolls = false;
      receiver.take(record);
    }

    @Override
    public void reached(TopicPartition partition, long position) {
      betweenPolls = true;
      receiver.reached(partition, position);
    }

    @Override
    public void unreadable(UnreadableRecord record, RecordDeserializationException failure) {
      receiver.unreadable(record, failure);
    }
  }
}
