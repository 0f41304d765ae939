package orcaflow.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes inputs and waits for outputs, in the process of the benchmark, which is not measured. */
public final class Wire implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Cluster cluster;
  private final KafkaProducer<String, SpecificRecord> events;
  private final KafkaProducer<String, String> texts;

  /** For as much as can be written. */
  public Wire(Cluster cluster) {
    this(cluster, Duration.ofMillis(20));
  }

  /**
   * @param linger how long a record waits for others of its batch
   */
  public Wire(Cluster cluster, Duration linger) {
    this.cluster = cluster;
    Map<String, Object> settings = cluster.clientSettings();
    settings.put(ProducerConfig.LINGER_MS_CONFIG, linger.toMillis());
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
    this.events = new KafkaProducer<>(settings, new StringSerializer(), Serdes.serializer(cluster));
    this.texts = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  /** Creates topics that are not of the catalogue. */
  public static void create(Cluster cluster, List<String> topics, int partitions)
      throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      admin
          .createTopics(
              topics.stream().map(name -> new NewTopic(name, partitions, (short) 1)).toList())
          .all()
          .get();
    }
  }

  public void event(String topic, String key, SpecificRecord event) {
    events.send(new ProducerRecord<>(topic, key, event));
  }

  public void text(String topic, String key, String text) {
    texts.send(new ProducerRecord<>(topic, key, text));
  }

  public void flush() {
    events.flush();
    texts.flush();
  }

  /** Reads a topic from its end as it is now. */
  public Output tail(String topic) {
    return new Output(topic);
  }

  @Override
  public void close() {
    events.close();
    texts.close();
  }

  /** Counts what comes to a topic under read_committed. */
  public final class Output implements AutoCloseable {
    private final String topic;
    private final TopicReader<String, byte[]> reader;
    private long found;

    private Output(String topic) {
      this.topic = topic;
      Map<String, Object> settings = ClientSettings.reader(cluster);
      settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
      this.reader =
          new TopicReader<>(
              cluster, settings, new StringDeserializer(), new ByteArrayDeserializer(), PATIENCE);
      reader.startAtBeginning(reader.partitions(topic));
      reader.start(reader.committedEnds());
    }

    /** Waits until N more records are there. */
    public void await(long count) throws CannotMeasure {
      await(count, key -> {});
    }

    /**
     * The same.
     *
     * @param keys takes the key of each record as it comes
     */
    public void await(long count, Consumer<String> keys) throws CannotMeasure {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      found = 0;
      while (found < count) {
        reader.poll(
            POLL,
            record -> {
              found++;
              keys.accept(record.key());
            });
        if (System.nanoTime() > deadline) {
          throw new CannotMeasure(
              "%s has %d of %d records after %s".formatted(topic, found, count, PATIENCE));
        }
      }
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
