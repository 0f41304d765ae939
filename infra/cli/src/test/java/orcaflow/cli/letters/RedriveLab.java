package orcaflow.cli.letters;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import orcaflow.cli.Printed;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.log.TopicReader;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.testing.Await;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A run on a stack: writes records and letters, reads them, and runs {@code ./orcaflow dlq}. */
record RedriveLab(Cluster cluster) {

  static final Duration PATIENCE = Await.LIMIT;

  static RedriveLab on(Stack stack, String run, int partitions) {
    Cluster cluster = stack.cluster(run);
    TopicCatalogue.apply(cluster, partitions, 1);
    return new RedriveLab(cluster);
  }

  Printed dlq(String... arguments) {
    List<String> all = new ArrayList<>(List.of("dlq"));
    all.addAll(List.of(arguments));
    return Printed.by(cluster, all);
  }

  /**
   * How far the topic is written, records of open transactions and marks of ended ones included.
   */
  long written(Topic<?> topic) {
    try (TopicReader<byte[], byte[]> reader =
        TopicReader.bytes(cluster, new ByteArrayDeserializer())) {
      reader.startAtBeginning(reader.partitions(topic.in(cluster.run())));
      return reader.logEnds().values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Number of records that are committed now, whatever transaction is open. */
  int committed(Topic<?> topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopicReader<byte[], byte[]> reader =
        TopicReader.bytes(cluster, new ByteArrayDeserializer())) {
      reader.startAtBeginning(reader.partitions(topic.in(cluster.run())));
      reader.readTo(reader.committedEnds(), records::add);
    }
    return records.size();
  }

  /** Every record of a topic, once the open transactions are decided. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopicReader<byte[], byte[]> reader =
        TopicReader.bytes(cluster, new ByteArrayDeserializer())) {
      reader.startAtBeginning(reader.partitions(topic));
      reader.readTo(reader.logEnds(), records::add);
    }
    return records;
  }

  <T extends SpecificRecord> List<T> events(Topic<T> topic) {
    List<T> events = new ArrayList<>();
    try (TopicReader<String, T> reader = TopicReader.events(cluster)) {
      reader.startAtBeginning(reader.partitions(topic.in(cluster.run())));
      reader.readTo(reader.logEnds(), record -> events.add(record.value()));
    }
    return events;
  }

  List<ConsumerRecord<byte[], byte[]>> records(Topic<?> topic) {
    return records(topic.in(cluster.run()));
  }

  List<ConsumerRecord<byte[], byte[]>> letters(Topic<?> topic) {
    return records(topic.deadLettersIn(cluster.run()));
  }

  /** A letter of Kafka Streams for each key, which ends in the offset of a record that is gone. */
  void writeLetters(Topic<?> topic, List<String> keys) {
    write(
        keys.stream()
            .map(
                key -> {
                  ProducerRecord<byte[], byte[]> letter =
                      new ProducerRecord<>(
                          topic.deadLettersIn(cluster.run()), bytes(key), bytes("value of " + key));
                  LetterHeaders.set(letter.headers(), LetterHeaders.EXCEPTION, "java.lang.Broken");
                  LetterHeaders.set(letter.headers(), LetterHeaders.MESSAGE, "cannot be read");
                  LetterHeaders.set(letter.headers(), LetterHeaders.TOPIC, topic.in(cluster.run()));
                  LetterHeaders.set(letter.headers(), LetterHeaders.PARTITION, "0");
                  LetterHeaders.set(
                      letter.headers(), LetterHeaders.OFFSET, key.replaceAll("\\D", ""));
                  return letter;
                })
            .toList());
  }

  void write(List<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            ClientSettings.producer(cluster),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Future<?> sent : records.stream().map(producer::send).toList()) {
        sent.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void await(String what, BooleanSupplier holds) {
    Await.until(what, PATIENCE, holds);
  }
}
