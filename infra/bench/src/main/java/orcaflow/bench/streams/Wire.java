package orcaflow.bench.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import orcaflow.bench.CannotMeasure;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes inputs and waits for outputs, in the process of the benchmark, which is not measured. */
final class Wire implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Cluster cluster;
  private final KafkaProducer<String, SpecificRecord> events;
  private final KafkaProducer<String, String> texts;

  Wire(Cluster cluster) {
    this.cluster = cluster;
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", cluster.bootstrap());
    settings.put("linger.ms", 20);
    settings.put("batch.size", 262_144);
    this.events =
        new KafkaProducer<>(
            settings, new StringSerializer(), Serdes.serializer(cluster.registry()));
    this.texts = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  static void create(Cluster cluster, List<String> topics, int partitions)
      throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
      admin
          .createTopics(
              topics.stream().map(name -> new NewTopic(name, partitions, (short) 1)).toList())
          .all()
          .get();
    }
  }

  void event(String topic, String key, SpecificRecord event) {
    events.send(new ProducerRecord<>(topic, key, event));
  }

  void text(String topic, String key, String text) {
    texts.send(new ProducerRecord<>(topic, key, text));
  }

  void flush() {
    events.flush();
    texts.flush();
  }

  /** Reads a topic from its end as it is now. */
  Output tail(String topic) {
    return new Output(topic);
  }

  @Override
  public void close() {
    events.close();
    texts.close();
  }

  /** Counts what comes to a topic under read_committed. */
  final class Output implements AutoCloseable {
    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private Output(String topic) {
      this.topic = topic;
      this.consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers",
                  cluster.bootstrap(),
                  "isolation.level",
                  "read_committed",
                  "max.poll.records",
                  5000),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
    }

    /** Waits until so many more records are there. */
    void await(long count) throws CannotMeasure {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      long found = 0;
      while (found < count) {
        found += consumer.poll(POLL).count();
        if (System.nanoTime() > deadline) {
          throw new CannotMeasure(
              "%s has %d of %d records after %s".formatted(topic, found, count, PATIENCE));
        }
      }
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
