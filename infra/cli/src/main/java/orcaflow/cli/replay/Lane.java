package orcaflow.cli.replay;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Consumers;
import orcaflow.schemas.Serdes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * One partition of the history on its way into the same partition of the other run: read, decided,
 * written. Rows and the position behind their inputs are committed together, so that a lane that
 * was killed goes on behind its last commit and no row is there twice. Nothing depends on other
 * lanes, so a partition's rows are the same, in the same order, every time.
 */
final class Lane implements AutoCloseable {

  private static final String NAME = "replay";
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Inputs of one transaction: large enough that commits cost nothing, far below its timeout. */
  private static final int TOGETHER = 10_000;

  private final Cluster source;
  private final int partition;
  private final Rows rows;
  private final String target;
  private final ConsumerGroupMetadata group;
  private final KafkaConsumer<String, SpecificRecord> consumer;
  private final KafkaProducer<String, SpecificRecord> producer;

  Lane(Cluster source, Cluster target, int partition, Rows rows) {
    this.source = source;
    this.partition = partition;
    this.rows = rows;
    this.target = target.run();
    this.group = new ConsumerGroupMetadata(target.named(NAME));
    this.consumer =
        Consumers.committed(
            source,
            Serdes.<SpecificRecord>deserializer(source.registry()),
            Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group.groupId(),
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                1000,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                5));
    this.producer = producer(target);
  }

  private KafkaProducer<String, SpecificRecord> producer(Cluster cluster) {
    Map<String, Object> settings = new HashMap<>(cluster.kafka());
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrap());
    settings.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, cluster.named("%s-%d".formatted(NAME, partition)));
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    return new KafkaProducer<>(
        settings, new StringSerializer(), Serdes.serializer(cluster.registry()));
  }

  /**
   * Labels the ranges, one after the other.
   *
   * @param read told of inputs, those before a restart included
   * @param stop asked between polls; once true, what is not committed is left
   */
  void relabel(List<History.Range> ranges, LongAdder read, BooleanSupplier stop) {
    try {
      // Ends what a predecessor left open, and only then asks how far it had come.
      producer.initTransactions();
      for (History.Range range : ranges) {
        relabel(range, read, stop);
      }
    } catch (KafkaException e) {
      throw isFencing(e)
          ? new IllegalStateException(
              "another replay into '%s' has started and taken over".formatted(target), e)
          : e;
    }
  }

  private void relabel(History.Range range, LongAdder read, BooleanSupplier stop) {
    TopicPartition input = new TopicPartition(source.named(range.topic()), partition);
    long position = committed(input).orElse(range.from());
    read.add(position - range.from());
    consumer.assign(List.of(input));
    consumer.seek(input, position);
    int waiting = 0;
    boolean open = false;
    long heard = System.nanoTime();
    while (position < range.to() && !stop.getAsBoolean()) {
      ConsumerRecords<String, SpecificRecord> records = poll(input, range);
      if (!open) {
        producer.beginTransaction();
        open = true;
      }
      for (ConsumerRecord<String, SpecificRecord> record : records) {
        if (record.offset() < range.to()) {
          write(record);
          waiting++;
        }
      }
      long now = Math.min(consumer.position(input), range.to());
      read.add(now - position);
      heard = now > position ? System.nanoTime() : heard;
      position = now;
      if (waiting >= TOGETHER || position == range.to()) {
        commit(input, position);
        open = false;
        waiting = 0;
      }
      if (System.nanoTime() - heard > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "%s gives nothing after offset %d for %d s"
                .formatted(input, position, PATIENCE.toSeconds()));
      }
    }
    if (open) {
      producer.abortTransaction();
    }
  }

  private ConsumerRecords<String, SpecificRecord> poll(TopicPartition input, History.Range range) {
    try {
      return consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      throw new IllegalStateException(
          "%s: offsets %d to %d were removed while they were read"
              .formatted(
                  input,
                  range.from(),
                  Math.min(
                      range.to(),
                      consumer.beginningOffsets(List.of(input)).getOrDefault(input, 0L))),
          e);
    }
  }

  private Optional<Long> committed(TopicPartition input) {
    return Optional.ofNullable(consumer.committed(java.util.Set.of(input)).get(input))
        .map(OffsetAndMetadata::offset);
  }

  private void write(ConsumerRecord<String, SpecificRecord> record) {
    for (Rows.Row<?> row : rows.of(record.value())) {
      producer.send(
          new ProducerRecord<>(
              row.topic().in(target), partition, record.timestamp(), row.key(), row.event()));
    }
  }

  private void commit(TopicPartition input, long position) {
    producer.sendOffsetsToTransaction(Map.of(input, new OffsetAndMetadata(position)), group);
    producer.commitTransaction();
  }

  private static boolean isFencing(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    consumer.close();
    producer.close(Duration.ZERO);
  }
}
