package orcaflow.agents.stage.worker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicReference;
import orcaflow.agents.stage.Clients;
import orcaflow.agents.stage.Output;
import orcaflow.events.OutcomeKind;
import orcaflow.events.StageOutcome;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.service.MetricsBinding;
import orcaflow.service.MonitoringServer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes what became of inputs: outputs, outcomes and dead letters of a whole batch in one
 * transaction. Opening it fences the predecessor of the same name and ends its open transaction.
 */
final class OutcomeWriter implements AutoCloseable {

  /** The locks may have ended before everything was in the log: nothing was committed. */
  static final class HoldLost extends KafkaException {
    private static final long serialVersionUID = 1L;

    HoldLost() {
      super("the inputs may have been given to another worker before their outputs were stored");
    }
  }

  private final String stage;
  private final String run;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<SpecificRecord> events;

  OutcomeWriter(Cluster cluster, String stage, String id) {
    this.stage = stage;
    this.run = cluster.run();
    this.events = Serdes.serializer(cluster.registry());
    this.producer =
        new KafkaProducer<>(
            Clients.transactional(cluster, id),
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
   * Stores all or nothing.
   *
   * <p>The order is what keeps ids single: the outcomes are in the log while the inputs are
   * certainly still held, so whoever is given an input after us finds our open transaction before
   * it and waits for its end.
   *
   * @throws HoldLost if it took longer than the hold lasts
   */
  <I extends SpecificRecord> void store(Collection<WorkBatch.Finished<I>> settled, LockLease hold) {
    producer.beginTransaction();
    try {
      AtomicReference<Exception> failure = new AtomicReference<>();
      for (WorkBatch.Finished<I> each : settled) {
        Fate.Settled fate = (Fate.Settled) each.fate();
        fate.outputs().forEach(output -> send(record(output), failure));
        fate.cause().ifPresent(cause -> send(deadLetter(each.input(), cause), failure));
        send(record(new Output<>(Topics.STAGE_OUTCOMES, outcome(each.input(), fate))), failure);
      }
      producer.flush();
      if (failure.get() != null) {
        throw failure.get() instanceof KafkaException known
            ? known
            : new KafkaException("outputs were not stored", failure.get());
      }
      if (!hold.certainAt(System.nanoTime())) {
        throw new HoldLost();
      }
      producer.commitTransaction();
    } catch (HoldLost lost) {
      producer.abortTransaction();
      throw lost;
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

  private <T extends SpecificRecord> ProducerRecord<byte[], byte[]> record(Output<T> output) {
    String topic = output.topic().in(run);
    return new ProducerRecord<>(
        topic,
        output.key().getBytes(StandardCharsets.UTF_8),
        events.serialize(topic, output.event()));
  }

  private ProducerRecord<byte[], byte[]> deadLetter(Input<?> input, Throwable cause) {
    return DeadLetter.of(input.record(), input.record().topic() + ".dlq", stage, cause);
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
        .setTime(java.time.Instant.now())
        .build();
  }

  MetricsBinding watchedBy(MonitoringServer observatory) {
    return observatory.watch(producer);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
    events.close();
  }
}
