package orcaflow.stack;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import orcaflow.testing.Await;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes and reads strings, with clients that are closed again at once. */
record Probe(String bootstrap) {

  private static final Duration PATIENCE = Await.LIMIT;
  private static final Set<TransactionState> ENDED =
      Set.of(TransactionState.COMPLETE_COMMIT, TransactionState.COMPLETE_ABORT);

  void createTopic(String topic, int partitions) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Commits with a transactional id that nobody else uses. One that is taken up again at once can
   * be refused by the broker ({@code InvalidTxnState}) while it still completes the last
   * transaction.
   */
  void commit(String topic, List<String> values) {
    commit(UUID.randomUUID().toString(), topic, values);
  }

  /** Aborts with a transactional id that nobody else uses. */
  void abort(String topic, List<String> values) {
    abort(UUID.randomUUID().toString(), topic, values);
  }

  void commit(String transactionalId, String topic, List<String> values) {
    try (KafkaProducer<String, String> producer = begin(transactionalId, topic, values)) {
      producer.commitTransaction();
    }
    awaitEnd(transactionalId);
  }

  void abort(String transactionalId, String topic, List<String> values) {
    try (KafkaProducer<String, String> producer = begin(transactionalId, topic, values)) {
      producer.flush();
      producer.abortTransaction();
    }
    awaitEnd(transactionalId);
  }

  /** Written to the broker, but never committed nor aborted. */
  void leaveOpen(String transactionalId, String topic, List<String> values) {
    begin(transactionalId, topic, values).flush();
  }

  /** Every value of the topic that read_committed shows, in no particular order. */
  List<String> readCommitted(String topic) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<String> values = new ArrayList<>();
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          values.add(record.value());
        }
      }
      return values;
    }
  }

  /** One record at a time, explicitly acknowledged. */
  KafkaShareConsumer<String, String> shareConsumer(String group, String topic) {
    KafkaShareConsumer<String, String> consumer =
        new KafkaShareConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrap,
                "group.id", group,
                "share.acknowledgement.mode", "explicit",
                "share.acquire.mode", "record_limit",
                "max.poll.records", "1"),
            new StringDeserializer(),
            new StringDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }

  /** The next record the group gives this consumer. */
  static ConsumerRecord<String, String> next(KafkaShareConsumer<String, String> consumer) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(deadline)) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
        return record;
      }
    }
    throw new AssertionError("no record within " + PATIENCE);
  }

  /**
   * Waits for the markers: the coordinator confirms a commit before they are in the partitions
   * (KIP-98), and until then a reader's committed end lies before the transaction.
   */
  private void awaitEnd(String transactionalId) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      Await.until(
          transactionalId + " has ended",
          PATIENCE,
          () -> ENDED.contains(state(admin, transactionalId)));
    }
  }

  private static TransactionState state(Admin admin, String transactionalId) {
    try {
      return admin
          .describeTransactions(List.of(transactionalId))
          .description(transactionalId)
          .get()
          .state();
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private KafkaProducer<String, String> begin(
      String transactionalId, String topic, List<String> values) {
    KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "transactional.id", transactionalId),
            new StringSerializer(),
            new StringSerializer());
    producer.initTransactions();
    producer.beginTransaction();
    values.forEach(value -> producer.send(new ProducerRecord<>(topic, value, value)));
    return producer;
  }
}
