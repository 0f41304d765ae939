package orcaflow.cli.replay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.Fencing;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Relabels one partition of the history into the same partition of the other run. Rows and the
 * position after their inputs are committed together, so a relabeller that was killed continues
 * after its last commit and no row is there twice. A partition's rows are the same, in the same
 * order, every time.
 */
final class PartitionRelabeller implements AutoCloseable {

  private static final String NAME = "replay";

  /** Inputs of one transaction: enough that commits cost little, far below its timeout. */
  private static final int TOGETHER = 10_000;

  private final Cluster source;
  private final int partition;
  private final RelabelledRows rows;
  private final String target;
  private final LongAdder read;
  private final BooleanSupplier stop;
  private final ConsumerGroupMetadata group;
  private final TopicReader<String, SpecificRecord> reader;
  private final KafkaProducer<String, SpecificRecord> producer;

  /**
   * @param read counts offsets read, those before a restart included
   * @param stop asked between polls; once true, what is not committed is left
   */
  PartitionRelabeller(
      Cluster source,
      Cluster target,
      int partition,
      RelabelledRows rows,
      LongAdder read,
      BooleanSupplier stop) {
    this.source = source;
    this.partition = partition;
    this.rows = rows;
    this.target = target.run();
    this.read = read;
    this.stop = stop;
    this.group = new ConsumerGroupMetadata(target.named(NAME));
    this.reader = TopicReader.events(source, readerSettings());
    this.producer = producer(target);
  }

  private Map<String, Object> readerSettings() {
    Map<String, Object> settings = ClientSettings.bulkReader(source);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group.groupId());
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1000);
    return settings;
  }

  private KafkaProducer<String, SpecificRecord> producer(Cluster cluster) {
    Map<String, Object> settings =
        ClientSettings.transactionalProducer(cluster, Ids.relabeller(NAME, partition));
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    return new KafkaProducer<>(settings, new StringSerializer(), Serdes.serializer(cluster));
  }

  /** Labels the ranges, one after the other. */
  void relabel(List<History.Range> ranges) {
    try {
      // Ends what a predecessor left open, and only then asks how far it had come.
      producer.initTransactions();
      ranges.forEach(this::relabel);
    } catch (KafkaException e) {
      throw Fencing.isReasonOf(e)
          ? new IllegalStateException(
              "another replay into '%s' has started and taken over".formatted(target), e)
          : e;
    }
  }

  private void relabel(History.Range range) {
    TopicPartition input = new TopicPartition(source.named(range.topic()), partition);
    long from = reader.committed(input).orElse(range.from());
    read.add(from - range.from());
    if (from < range.to()) {
      Writer writer = new Writer(input, from, range.to());
      producer.beginTransaction();
      reader.start(Map.of(input, from));
      reader.readTo(Map.of(input, range.to()), stop, writer);
      if (writer.position < range.to()) {
        producer.abortTransaction();
      }
    }
  }

  /** Writes the rows of each input, and commits now and then. */
  private final class Writer implements TopicReader.Receiver<String, SpecificRecord> {
    private final TopicPartition input;
    private final long to;
    private long position;
    private int waiting;

    Writer(TopicPartition input, long from, long to) {
      this.input = input;
      this.position = from;
      this.to = to;
    }

    @Override
    public void take(ConsumerRecord<String, SpecificRecord> record) {
      if (LetterHeaders.isRedriven(record.headers())) {
        return;
      }
      for (RelabelledRows.Row<?> row : rows.of(record.value())) {
        producer.send(
            new ProducerRecord<>(
                row.topic().in(target), partition, record.timestamp(), row.key(), row.event()));
      }
      waiting++;
    }

    @Override
    public void reached(TopicPartition partition, long now) {
      read.add(now - position);
      position = now;
      if (waiting >= TOGETHER || position == to) {
        producer.sendOffsetsToTransaction(Map.of(input, new OffsetAndMetadata(position)), group);
        producer.commitTransaction();
        waiting = 0;
        if (position < to) {
          producer.beginTransaction();
        }
      }
    }
  }

  @Override
  public void close() {
    reader.close();
    producer.close(Duration.ZERO);
  }
}
