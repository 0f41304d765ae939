package orcaflow.agents.seed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import orcaflow.agents.stage.ProducerSettings;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes candidates in transactions. Opening it fences a predecessor with the same name and aborts
 * the transaction that it left open, so that the candidates of earlier seedings are all known.
 */
final class CandidateWriter implements AutoCloseable {

  static final int TRANSACTION_RECORDS = 500;

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final Serializer<ProblemCandidate> candidates;
  private int open;

  CandidateWriter(
      String topic, Producer<byte[], byte[]> producer, Serializer<ProblemCandidate> candidates) {
    this.topic = topic;
    this.producer = producer;
    this.candidates = candidates;
    producer.initTransactions();
  }

  static CandidateWriter open(Cluster cluster, String id) {
    return new CandidateWriter(
        Topics.PROBLEM_CANDIDATES.in(cluster.run()),
        new KafkaProducer<>(
            ProducerSettings.transactional(cluster, id),
            new ByteArraySerializer(),
            new ByteArraySerializer()),
        Serdes.serializer(cluster));
  }

  /** Writes one candidate; true if that committed a transaction. */
  boolean write(ProblemCandidate candidate) {
    if (open == 0) {
      producer.beginTransaction();
    }
    producer.send(
        new ProducerRecord<>(
            topic,
            candidate.getProblemId().getBytes(StandardCharsets.UTF_8),
            candidates.serialize(topic, candidate)));
    open++;
    if (open < TRANSACTION_RECORDS) {
      return false;
    }
    commit();
    return true;
  }

  /** Commits the open transaction, if there is one. */
  void commit() {
    if (open > 0) {
      producer.commitTransaction();
      open = 0;
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    candidates.close();
  }
}
