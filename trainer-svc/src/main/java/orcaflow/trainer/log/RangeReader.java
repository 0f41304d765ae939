package orcaflow.trainer.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import orcaflow.events.OffsetRange;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.OffsetGap;
import orcaflow.schemas.log.ReadStalled;
import orcaflow.schemas.log.RecordPosition;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads exact ranges of topics: every committed event in them, and nothing else. A record that is
 * no event is said in the log and never trained on.
 */
public final class RangeReader {

  private static final Logger LOG = LoggerFactory.getLogger(RangeReader.class);

  private final Cluster cluster;
  private final String group;
  private final Duration patience;

  /**
   * @param patience how long to wait for records that are not yet visible, such as those behind an
   *     open transaction
   */
  public RangeReader(Cluster cluster, String group, Duration patience) {
    this.cluster = cluster;
    this.group = group;
    this.patience = patience;
  }

  /** Takes the number of records read so far. */
  public interface Progress extends LongConsumer {}

  private static final class Receiver<T extends SpecificRecord>
      implements TopicReader.Receiver<String, T> {

    private final Consumer<StoredEvent<T>> taker;
    private final Progress progress;
    private long read;

    private Receiver(Consumer<StoredEvent<T>> taker, Progress progress) {
      this.taker = taker;
      this.progress = progress;
    }

    @Override
    public void take(ConsumerRecord<String, T> record) {
      taker.accept(new StoredEvent<>(record.value(), RecordPosition.of(record)));
      read++;
    }

    @Override
    public void reached(TopicPartition partition, long position) {
      progress.accept(read);
    }
  }

  /**
   * Reads all records of the ranges, each range in order.
   *
   * @param taker takes each event
   * @param stop asked between polls
   * @throws Stopped when {@code stop} says so
   * @throws IllegalStateException naming the range that cannot be read whole
   */
  public <T extends SpecificRecord> void read(
      List<OffsetRange> ranges,
      Consumer<StoredEvent<T>> taker,
      Progress progress,
      BooleanSupplier stop) {
    Receiver<T> receiver = new Receiver<>(taker, progress);
    try (TopicReader<String, T> reader = Clients.bulkReader(cluster, group, "rows", patience)) {
      for (OffsetRange range : ranges) {
        read(reader, range, receiver, stop);
      }
    }
  }

  /** Says in the group's committed positions how far training has come; nothing starts from it. */
  public void showPositions(List<OffsetRange> ranges) {
    Map<TopicPartition, Long> positions =
        ranges.stream()
            .collect(Collectors.toMap(RangeReader::partition, OffsetRange::getTo, Math::max));
    try (TopicReader<String, SpecificRecord> reader =
        Clients.bulkReader(cluster, group, "rows", patience)) {
      reader.commit(positions);
    }
  }

  private <T extends SpecificRecord> void read(
      TopicReader<String, T> reader,
      OffsetRange range,
      Receiver<T> receiver,
      BooleanSupplier stop) {
    reader.start(Map.of(partition(range), range.getFrom()));
    try {
      if (!reader.readTo(
          Map.of(partition(range), range.getTo()),
          stop,
          TopicReader.Receiver.skipping(LOG, receiver))) {
        throw new Stopped();
      }
    } catch (OffsetGap gap) {
      throw unreadable(range, "the topic does not hold all of it any more", gap);
    } catch (ReadStalled stalled) {
      throw unreadable(
          range,
          "nothing came after offset %d for %d s"
              .formatted(stalled.position(), patience.toSeconds()),
          stalled);
    }
  }

  private static IllegalStateException unreadable(OffsetRange range, String why, Exception cause) {
    return new IllegalStateException(
        "%s, partition %d, offsets %d to %d cannot be read: %s"
            .formatted(range.getTopic(), range.getPartition(), range.getFrom(), range.getTo(), why),
        cause);
  }

  private static TopicPartition partition(OffsetRange range) {
    return new TopicPartition(range.getTopic(), range.getPartition());
  }
}
