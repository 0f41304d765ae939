package orcaflow.agents.seed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import orcaflow.agents.stage.Clients;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes candidates in transactions of some hundred. Opening it fences a predecessor of the same
 * name, so what that one left undecided is gone before anybody looks for what is known.
 */
final class CandidateWriter implements AutoCloseable {

  private static final int TRANSACTION = 500;

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<ProblemCandidate> candidates;
  private int open;

  CandidateWriter(Cluster cluster, String id) {
    topic = Topics.PROBLEM_CANDIDATES.in(cluster.run());
    candidates = Serdes.serializer(cluster.registry());
    producer =
        new KafkaProducer<>(
            Clients.transactional(cluster, id),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
  }

  /** Writes one; true if that ended a transaction. */
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
    if (open < TRANSACTION) {
      return false;
    }
    commit();
    return true;
  }

  /** Commits what is written. */
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
