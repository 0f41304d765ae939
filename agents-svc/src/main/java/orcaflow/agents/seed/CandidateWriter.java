package orcaflow.agents.seed;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import orcaflow.agents.stage.ProducerSettings;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.EventRecord;
import orcaflow.schemas.log.Fencing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
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
  private Instant begun = Instant.now();
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

  /**
   * Writes one candidate; true if that committed a transaction.
   *
   * @throws IllegalStateException if another writer has taken this one's name
   */
  boolean write(ProblemCandidate candidate) {
    return unlessDisplaced(() -> send(candidate));
  }

  private boolean send(ProblemCandidate candidate) {
    if (open == 0) {
      begun = Instant.now();
      producer.beginTransaction();
    }
    producer.send(EventRecord.of(topic, candidate.getProblemId(), candidate, candidates));
    open++;
    if (open < TRANSACTION_RECORDS) {
      return false;
    }
    end();
    return true;
  }

  /**
   * Commits the open transaction, if there is one.
   *
   * @throws IllegalStateException if another writer has taken this one's name
   */
  void commit() {
    unlessDisplaced(this::end);
  }

  private boolean end() {
    if (open > 0) {
      producer.commitTransaction();
      open = 0;
    }
    return true;
  }

  private boolean unlessDisplaced(BooleanSupplier work) {
    try {
      return work.getAsBoolean();
    } catch (KafkaException e) {
      Duration age = Duration.between(begun, Instant.now());
      if (Fencing.isReasonOf(e, age, ProducerSettings.TRANSACTION_TIMEOUT)) {
        throw new IllegalStateException(
            "another process has begun to let problems into this run and took this one's place;"
                + " what was let in stays, and the same command continues from there when the"
                + " other one has ended",
            e);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    candidates.close();
  }
}
