package orcaflow.agents.stage.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicReference;
import orcaflow.agents.stage.Output;
import orcaflow.agents.stage.ProducerSettings;
import orcaflow.agents.stage.Stage;
import orcaflow.events.OutcomeKind;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.Traces;
import orcaflow.schemas.log.EventRecord;
import orcaflow.schemas.log.Fencing;
import orcaflow.service.MetricsBinding;
import orcaflow.service.MonitoringServer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes the outputs, outcomes and dead letters of finished inputs in one transaction. Opening it
 * fences the predecessor with the same id and aborts the transaction that it left open.
 */
final class OutcomeWriter implements AutoCloseable {

  /** The locks may have ended before every record was in the log: nothing was committed. */
  static final class LeaseExpired extends KafkaException {
    private static final long serialVersionUID = 1L;

    LeaseExpired() {
      super("the inputs may have been given to another worker before their outputs were stored");
    }
  }

  /** The broker may have ended the transaction for its age: nothing was committed. */
  static final class TransactionTimedOut extends KafkaException {
    private static final long serialVersionUID = 1L;

    TransactionTimedOut(Duration age, KafkaException failure) {
      super("the transaction was open for %d s: %s".formatted(age.toSeconds(), failure));
      addSuppressed(failure);
    }
  }

  private final String stage;
  private final String run;
  private final Traces inputs;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<SpecificRecord> events;

  OutcomeWriter(Cluster cluster, Stage<?> stage, String id) {
    this.stage = stage.name();
    this.run = cluster.run();
    this.inputs = Traces.of(stage.input(), run);
    this.events = Serdes.serializer(cluster);
    this.producer =
        new KafkaProducer<>(
            ProducerSettings.transactional(cluster, id),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Stores all records or none.
   *
   * <p>The order keeps ids unique: the outcomes are in the log while the locks certainly last. The
   * next worker that acquires one of these inputs finds this transaction in the log, open or
   * decided, and waits for its end.
   *
   * @throws LeaseExpired if the records were not in the log before the locks may have ended
   * @throws TransactionTimedOut if the transaction failed when it was older than its timeout, so
   *     that the words of a takeover do not mean one
   */
  void store(Collection<? extends WorkBatch.Finished<?>> settled, LockLease lease) {
    Instant begin = Instant.now();
    producer.beginTransaction();
    try {
      AtomicReference<Exception> failure = new AtomicReference<>();
      for (WorkBatch.Finished<?> each : settled) {
        Fate.Settled fate = (Fate.Settled) each.fate();
        fate.outputs().forEach(output -> send(record(output, new RecordHeaders()), failure));
        fate.cause().ifPresent(cause -> send(deadLetter(each.input(), cause), failure));
        send(outcomeRecord(each.input(), fate), failure);
      }
      producer.flush();
      if (failure.get() != null) {
        throw failure.get() instanceof KafkaException known
            ? known
            : new KafkaException("outputs were not stored", failure.get());
      }
      if (!lease.certainAt(System.nanoTime())) {
        throw new LeaseExpired();
      }
      producer.commitTransaction();
    } catch (LeaseExpired expired) {
      abort(expired);
      throw expired;
    } catch (KafkaException failure) {
      Duration age = Duration.between(begin, Instant.now());
      boolean fenced = Fencing.isReasonOf(failure, age, ProducerSettings.TRANSACTION_TIMEOUT);
      throw fenced || !Fencing.isReasonOf(failure)
          ? failure
          : new TransactionTimedOut(age, failure);
    }
  }

  /** A transaction that the broker has timed out meanwhile cannot be aborted, and need not be. */
  private void abort(LeaseExpired expired) {
    try {
      producer.abortTransaction();
    } catch (KafkaException timedOut) {
      expired.addSuppressed(timedOut);
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record, AtomicReference<Exception> failure) {
    producer.send(
        record,
        (stored, failed) -> {
          if (failed != null) {
            failure.compareAndSet(null, failed);
          }
        });
  }

  private <T extends SpecificRecord> ProducerRecord<byte[], byte[]> record(
      Output<T> output, Headers headers) {
    return EventRecord.of(output.topic().in(run), output.key(), output.event(), events, headers);
  }

  /** An outcome belongs to the trace of its input. */
  private ProducerRecord<byte[], byte[]> outcomeRecord(Input<?> input, Fate.Settled fate) {
    Headers headers = new RecordHeaders();
    input.event().ifPresent(event -> Traces.join(headers, inputs.parent(event)));
    return record(new Output<>(Topics.STAGE_OUTCOMES, outcome(input, fate)), headers);
  }

  private ProducerRecord<byte[], byte[]> deadLetter(Input<?> input, Throwable cause) {
    return DeadLetter.of(input, input.record().topic() + ".dlq", stage, cause);
  }

  private StageOutcome outcome(Input<?> input, Fate.Settled fate) {
    return StageOutcome.newBuilder()
        .setId(input.outcomeId())
        .setStage(stage)
        .setProblemId(input.problemId())
        .setInputId(input.id())
        .setIteration(input.iteration())
        .setOutcome(fate.kind())
        .setReason(fate.reason().orElse(null))
        .setOutputs(fate.kind() == OutcomeKind.DONE ? fate.outputs().size() : 0)
        .setTime(Instant.now())
        .build();
  }

  MetricsBinding bindMetrics(MonitoringServer monitoring) {
    return monitoring.watch(producer);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
    events.close();
  }
}
