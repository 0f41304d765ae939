package orcaflow.schemas.log;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;

/**
 * Reads topics as logs: partitions from given offsets to given ends, or on and on. It sees
 * committed records only, belongs to no group, and never jumps: a record that is gone is an {@link
 * OffsetGap}.
 *
 * <p>A reading has three steps: {@link #partitions}, {@link #start}, and then {@link #readTo} with
 * one of the ends, or {@link #poll} for what comes. An outage of the registry is waited for as long
 * as a missing record. One thread, but for {@link #wakeup}.
 */
public final class TopicReader<K, V> implements AutoCloseable {

  /** Longer than Kafka takes to end the transaction of a writer that is gone, a good minute. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration REST = Duration.ofMillis(50);

  private final Consumer<K, V> consumer;
  private final LogEnds logEnds;
  private final Duration patience;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private Optional<Outage> outage = Optional.empty();

  private record Outage(long since, RecordDeserializationException failure) {}

  /** Takes what is read. */
  @FunctionalInterface
  public interface Receiver<K, V> {
    void take(ConsumerRecord<K, V> record);

    /**
     * Called after the records of a poll, for each partition that moved.
     *
     * @param position offset of the next record; every committed one before it was taken. Markers
     *     of transactions have offsets, too, so this is not one more than the last record's.
     */
    default void reached(TopicPartition partition, long position) {}

    /**
     * Takes the place of a record that is no event of its topic; the reading continues behind it.
     * An outage of the registry is none of these.
     *
     * @throws RecordDeserializationException unless the receiver says otherwise: the reading then
     *     stays where it is
     */
    default void unreadable(UnreadableRecord record, RecordDeserializationException failure) {
      throw failure;
    }

    /** As {@code take}, but continues behind what cannot be read, tombstones included. */
    static <K, V> Receiver<K, V> skipping(
        java.util.function.Consumer<UnreadableRecord> unreadable, Receiver<K, V> take) {
      return new SkippingReceiver<>(unreadable, take);
    }

    /** The same; what cannot be read is a warning of the log. */
    static <K, V> Receiver<K, V> skipping(Logger log, Receiver<K, V> take) {
      return skipping(record -> log.warn("{}", record), take);
    }
  }

  /**
   * @param settings of the consumer, from {@link ClientSettings#reader}
   * @param patience time without progress after which {@link #readTo} gives up
   */
  public TopicReader(
      Cluster cluster,
      Map<String, Object> settings,
      Deserializer<K> keys,
      Deserializer<V> values,
      Duration patience) {
    this(new KafkaConsumer<>(settings, keys, values), LogEnds.of(cluster), patience);
  }

  TopicReader(Consumer<K, V> consumer, LogEnds logEnds, Duration patience) {
    this.consumer = consumer;
    this.logEnds = logEnds;
    this.patience = patience;
  }

  /** For events that are there already. */
  public static <T extends SpecificRecord> TopicReader<String, T> events(Cluster cluster) {
    return events(cluster, ClientSettings.bulkReader(cluster));
  }

  /** For events, with settings of the caller's. */
  public static <T extends SpecificRecord> TopicReader<String, T> events(
      Cluster cluster, Map<String, Object> settings) {
    return new TopicReader<>(
        cluster, settings, new StringDeserializer(), Serdes.deserializer(cluster), PATIENCE);
  }

  /** For records that are there already, their values as bytes. */
  public static <K> TopicReader<K, byte[]> bytes(Cluster cluster, Deserializer<K> keys) {
    return new TopicReader<>(
        cluster, ClientSettings.bulkReader(cluster), keys, new ByteArrayDeserializer(), PATIENCE);
  }

  /**
   * The partitions of a topic, by their number; none if there is no such topic.
   *
   * @param topic with its run prefix
   */
  public List<TopicPartition> partitions(String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .sorted(Comparator.comparingInt(TopicPartition::partition))
        .toList();
  }

  /** Reads these partitions from now on, and no others, each from its offset. */
  public void start(Map<TopicPartition, Long> from) {
    consumer.assign(from.keySet());
    from.forEach(consumer::seek);
    positions.clear();
    positions.putAll(from);
  }

  /** The same, each from its oldest record. */
  public void startAtBeginning(Collection<TopicPartition> partitions) {
    // Kafka warns of offsets that it is asked for of partitions that are not assigned.
    consumer.assign(partitions);
    start(partitions.isEmpty() ? Map.of() : consumer.beginningOffsets(partitions));
  }

  /** Offset of the next record of each partition that was started. */
  public Map<TopicPartition, Long> positions() {
    return new HashMap<>(positions);
  }

  /** Behind all that is committed now: the end, or the first record of an open transaction. */
  public Map<TopicPartition, Long> committedEnds() {
    return positions.isEmpty() ? Map.of() : consumer.endOffsets(positions.keySet());
  }

  /**
   * The same, but at most the first offset written at a time or later.
   *
   * @param before empty for all
   */
  public Map<TopicPartition, Long> committedEnds(Optional<Instant> before) {
    Map<TopicPartition, Long> ends = committedEnds();
    return before.isPresent() ? at(before.get(), ends) : ends;
  }

  /**
   * Behind all that is written now. Whoever reads to there waits until the open transactions are
   * decided, and then knows everything that was sent before this call and ever committed.
   */
  public Map<TopicPartition, Long> logEnds() {
    return positions.isEmpty() ? Map.of() : logEnds.of(positions.keySet());
  }

  /**
   * Of each partition the first offset written at a time or later.
   *
   * @param ends taken where there is none before them
   */
  public Map<TopicPartition, Long> at(Instant time, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, OffsetAndTimestamp> found =
        consumer.offsetsForTimes(
            ends.keySet().stream().collect(Collectors.toMap(p -> p, p -> time.toEpochMilli())));
    Map<TopicPartition, Long> offsets = new HashMap<>(ends);
    found.forEach(
        (partition, first) -> {
          if (first != null) {
            offsets.merge(partition, first.offset(), Math::min);
          }
        });
    return offsets;
  }

  /**
   * Reads up to these offsets and nothing from there on; partitions that are not named stay where
   * they are. A later call continues there.
   *
   * @throws OffsetGap if a record on the way is not in the log
   * @throws ReadStalled if nothing comes for longer than the patience
   */
  public void readTo(Map<TopicPartition, Long> ends, Receiver<K, V> receiver) {
    readTo(ends, () -> false, receiver);
  }

  /**
   * The same, unless it is stopped.
   *
   * @param stop asked between polls
   * @return whether the ends are reached
   */
  public boolean readTo(
      Map<TopicPartition, Long> ends, BooleanSupplier stop, Receiver<K, V> receiver) {
    Set<TopicPartition> behind = new HashSet<>(ends.keySet());
    behind.removeIf(partition -> positions.get(partition) >= ends.get(partition));
    Set<TopicPartition> others = new HashSet<>(positions.keySet());
    others.removeAll(behind);
    consumer.pause(others);
    long progress = System.nanoTime();
    try {
      while (!behind.isEmpty() && !stop.getAsBoolean()) {
        for (ConsumerRecord<K, V> record : records(POLL, ends, receiver)) {
          if (record.offset() < ends.get(partition(record))) {
            receiver.take(record);
          }
        }
        if (advance(ends, receiver)) {
          progress = System.nanoTime();
          finish(behind, ends);
        } else if (since(progress).compareTo(patience) > 0) {
          throw stalled(behind.iterator().next());
        }
      }
    } finally {
      rewind();
      consumer.resume(consumer.paused());
    }
    return behind.isEmpty();
  }

  /** Takes what is there, or waits a while for it. */
  public void poll(Duration wait, Receiver<K, V> receiver) {
    records(wait, Map.of(), receiver).forEach(receiver::take);
    advance(Map.of(), receiver);
  }

  /** Offset that the group of the settings has committed for a partition. */
  public OptionalLong committed(TopicPartition partition) {
    OffsetAndMetadata offset = consumer.committed(Set.of(partition)).get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset());
  }

  /** Commits offsets for the group of the settings. */
  public void commit(Map<TopicPartition, Long> offsets) {
    consumer.commitSync(
        offsets.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, offset -> new OffsetAndMetadata(offset.getValue()))));
  }

  public Map<MetricName, ? extends Metric> metrics() {
    return consumer.metrics();
  }

  /** From any thread: ends a reading with a {@code WakeupException}. */
  public void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
    logEnds.close();
  }

  private ConsumerRecords<K, V> records(
      Duration wait, Map<TopicPartition, Long> ends, Receiver<K, V> receiver) {
    try {
      ConsumerRecords<K, V> records = consumer.poll(wait);
      outage = Optional.empty();
      return records;
    } catch (OffsetOutOfRangeException e) {
      throw gap(e);
    } catch (RecordDeserializationException e) {
      if (RegistryOutage.isReasonOf(e)) {
        waitForRegistry(e);
      } else if (e.offset() < ends.getOrDefault(e.topicPartition(), Long.MAX_VALUE)) {
        receiver.unreadable(UnreadableRecord.of(e), e);
        consumer.seek(e.topicPartition(), e.offset() + 1);
      }
      return ConsumerRecords.empty();
    }
  }

  private void waitForRegistry(RecordDeserializationException failure) {
    Outage begun = outage.orElseGet(() -> new Outage(System.nanoTime(), failure));
    if (since(begun.since()).compareTo(patience) > 0) {
      throw failure;
    }
    outage = Optional.of(begun);
    LockSupport.parkNanos(REST.toNanos());
  }

  private OffsetGap gap(OffsetOutOfRangeException e) {
    Map.Entry<TopicPartition, Long> wanted =
        e.offsetOutOfRangePartitions().entrySet().iterator().next();
    List<TopicPartition> partition = List.of(wanted.getKey());
    return new OffsetGap(
        wanted.getKey(),
        wanted.getValue(),
        consumer.beginningOffsets(partition).get(wanted.getKey()),
        consumer.endOffsets(partition).get(wanted.getKey()),
        e);
  }

  /** Notes how far the consumer has come, at most to the ends; whether it has come further. */
  private boolean advance(Map<TopicPartition, Long> ends, Receiver<K, V> receiver) {
    boolean moved = false;
    for (Map.Entry<TopicPartition, Long> before : positions.entrySet()) {
      TopicPartition partition = before.getKey();
      long end = ends.getOrDefault(partition, Long.MAX_VALUE);
      long now = Math.min(end, consumer.position(partition));
      if (now > before.getValue()) {
        before.setValue(now);
        receiver.reached(partition, now);
        moved = true;
      }
    }
    return moved;
  }

  private void finish(Set<TopicPartition> behind, Map<TopicPartition, Long> ends) {
    Set<TopicPartition> done = new HashSet<>(behind);
    done.removeIf(partition -> positions.get(partition) < ends.get(partition));
    consumer.pause(done);
    behind.removeAll(done);
  }

  /** Gives back what was polled but lies behind the ends, or was not taken because of a failure. */
  private void rewind() {
    positions.forEach(
        (partition, position) -> {
          if (consumer.position(partition) != position) {
            consumer.seek(partition, position);
          }
        });
  }

  private RuntimeException stalled(TopicPartition partition) {
    return outage
        .<RuntimeException>map(Outage::failure)
        .orElseGet(() -> new ReadStalled(partition, positions.get(partition), patience));
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }
}
