package orcaflow.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Reads the topics of a run with read_committed, and writes to them. */
final class RunTopics implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Cluster cluster;
  private final KafkaProducer<String, SpecificRecord> producer;

  /** Writes in transactions, as the trainer may: every batch ends with a commit marker. */
  private final KafkaProducer<String, SpecificRecord> transactional;

  RunTopics(Cluster cluster) {
    this.cluster = cluster;
    this.producer = producer(Map.of());
    this.transactional = producer(Map.of("transactional.id", cluster.named("ledger")));
    transactional.initTransactions();
  }

  void write(List<? extends SpecificRecord> events) {
    events.forEach(event -> producer.send(record(FlowDriver.input(event).topic(), event)));
    producer.flush();
  }

  void writeInTransaction(SpecificRecord event) {
    transactional.beginTransaction();
    transactional.send(record(FlowDriver.input(event).topic(), event));
    transactional.commitTransaction();
  }

  /** Everything in the topic, from the beginning to its end as it is now. */
  <T extends SpecificRecord> List<T> read(Topic<T> topic) {
    List<T> events = new ArrayList<>();
    try (KafkaConsumer<String, T> consumer =
        new KafkaConsumer<>(reading(), new StringDeserializer(), Serdes.deserializer(cluster))) {
      for (ConsumerRecord<String, T> record : readAll(consumer, topic.in(cluster.run()))) {
        events.add(record.value());
      }
    }
    return events;
  }

  /** The raw records of any topic. */
  List<ConsumerRecord<byte[], byte[]>> readRaw(String name) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(reading(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return readAll(consumer, name);
    }
  }

  /** Ids in the topic; fails if one is there twice. */
  <T extends SpecificRecord> Set<String> ids(Topic<T> topic) {
    List<String> ids = read(topic).stream().map(topic.idOf()).toList();
    Set<String> set = new TreeSet<>(ids);
    if (set.size() != ids.size()) {
      throw new AssertionError(
          "%s holds %d records with %d ids".formatted(topic.name(), ids.size(), set.size()));
    }
    return set;
  }

  /** The events of the topic as text, by id; fails if an id is there twice. */
  <T extends SpecificRecord> Map<String, String> contents(Topic<T> topic) {
    ids(topic);
    Map<String, String> contents = new TreeMap<>();
    read(topic).forEach(event -> contents.put(topic.idOf().apply(event), event.toString()));
    return contents;
  }

  /** Reads on until the topic holds that many records. */
  void awaitCount(Topic<?> topic, int count, Duration limit) {
    awaitCount(topic.in(cluster.run()), count, limit);
  }

  void awaitCount(String name, int count, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    int found = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(reading(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      assign(consumer, name);
      while (found < count) {
        found += consumer.poll(POLL).count();
        if (System.nanoTime() > deadline) {
          throw new AssertionError(
              "%s holds %d records after %s, not %d".formatted(name, found, limit, count));
        }
      }
    }
  }

  @Override
  public void close() {
    producer.close();
    transactional.close();
  }

  private <T extends SpecificRecord> ProducerRecord<String, SpecificRecord> record(
      Topic<T> topic, SpecificRecord event) {
    return new ProducerRecord<>(
        topic.in(cluster.run()), topic.keyOf().apply(topic.type().cast(event)), event);
  }

  private KafkaProducer<String, SpecificRecord> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", cluster.bootstrap());
    return new KafkaProducer<>(
        settings, new StringSerializer(), Serdes.<SpecificRecord>serializer(cluster));
  }

  private Map<String, Object> reading() {
    return Map.of("bootstrap.servers", cluster.bootstrap(), "isolation.level", "read_committed");
  }

  private static <K, V> List<ConsumerRecord<K, V>> readAll(
      KafkaConsumer<K, V> consumer, String name) {
    List<ConsumerRecord<K, V>> records = new ArrayList<>();
    Map<TopicPartition, Long> ends = consumer.endOffsets(assign(consumer, name));
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(records::add);
    }
    return records;
  }

  private static List<TopicPartition> assign(KafkaConsumer<?, ?> consumer, String name) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(name).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return partitions;
  }
}
