package orcaflow.agents.stage.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import orcaflow.agents.stage.Clients;
import orcaflow.agents.stage.Stage;
import orcaflow.schemas.Cluster;
import orcaflow.service.MetricsBinding;
import orcaflow.service.MonitoringServer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A worker's membership of the share group. Inputs are accepted, rejected or renewed. They are
 * never released one by one: what cannot be finished goes back when this is closed, at once and
 * without waiting for the lock. That counts as a delivery, and the broker drops a record without a
 * word when its deliveries are used up; see {@link ShareGroup#bringBack}.
 */
final class ShareInbox<I extends SpecificRecord> implements AutoCloseable {

  private static final Duration A_MOMENT = Duration.ofMillis(500);

  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private final InputReader<I> reader;
  private final Duration lock;
  private boolean fetching;
  private LockLease hold;

  ShareInbox(Cluster cluster, Stage<I> stage, String id) {
    lock = stage.load().lock();
    hold = new LockLease(System.nanoTime(), lock);
    reader = new InputReader<>(cluster, stage);
    consumer =
        new KafkaShareConsumer<>(
            Clients.share(cluster, stage.name(), id, stage.load().batch()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(stage.input().in(cluster.run())));
  }

  /** New inputs, or none within a moment. */
  List<Input<I>> poll() {
    long now = System.nanoTime();
    ConsumerRecords<byte[], byte[]> records = consumer.poll(A_MOMENT);
    // Polls that returned nothing may have left a fetch behind that acquired this earlier.
    hold = new LockLease(fetching ? now - lock.toNanos() / 4 : now, granted());
    fetching = records.isEmpty();
    List<Input<I>> inputs = new ArrayList<>(records.count());
    records.forEach(record -> inputs.add(reader.read(record)));
    return inputs;
  }

  /** How long what was polled is certainly ours. */
  LockLease hold() {
    return hold;
  }

  /**
   * Starts the locks of these anew; returns the inputs whose lock was lost meanwhile. They must be
   * all that is held.
   */
  List<Input<I>> renew(Collection<Input<I>> inputs) {
    long now = System.nanoTime();
    inputs.forEach(input -> consumer.acknowledge(input.record(), AcknowledgeType.RENEW));
    Set<Integer> lost = failed(consumer.commitSync());
    List<Input<I>> kept =
        inputs.stream().filter(input -> !lost.contains(input.record().partition())).toList();
    comeBack(kept.size());
    hold = new LockLease(now, granted());
    return inputs.stream().filter(input -> lost.contains(input.record().partition())).toList();
  }

  /** Renewed records must come out of a poll before they can be acknowledged again. */
  private void comeBack(int count) {
    long deadline = System.nanoTime() + lock.toNanos() / 4;
    for (int back = 0; back < count; ) {
      if (System.nanoTime() > deadline) {
        throw new KafkaException("renewed inputs did not come back from the share consumer");
      }
      back += consumer.poll(A_MOMENT).count();
    }
  }

  /** Accepts what is finished and rejects what is dead; the group will not deliver them again. */
  void acknowledge(Collection<WorkBatch.Finished<I>> finished) {
    for (WorkBatch.Finished<I> each : finished) {
      boolean dead =
          each.fate() instanceof Fate.Settled settled
              && settled.kind() == orcaflow.events.OutcomeKind.DEAD;
      ConsumerRecord<byte[], byte[]> record = each.input().record();
      consumer.acknowledge(record, dead ? AcknowledgeType.REJECT : AcknowledgeType.ACCEPT);
    }
    // A lock lost by now does no harm: the outcome is stored, and a delivery meets it.
    consumer.commitSync();
  }

  private static Set<Integer> failed(Map<TopicIdPartition, Optional<KafkaException>> answers) {
    return answers.entrySet().stream()
        .filter(answer -> answer.getValue().isPresent())
        .map(answer -> answer.getKey().partition())
        .collect(Collectors.toSet());
  }

  private Duration granted() {
    return consumer.acquisitionLockTimeoutMs().map(Duration::ofMillis).orElse(lock);
  }

  MetricsBinding watchedBy(MonitoringServer observatory) {
    return observatory.watch(consumer);
  }

  @Override
  public void close() {
    consumer.close(Duration.ofSeconds(5));
    reader.close();
  }
}
