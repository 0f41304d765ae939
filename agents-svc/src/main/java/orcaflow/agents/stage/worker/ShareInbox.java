package orcaflow.agents.stage.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import orcaflow.agents.stage.Stage;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.ClientSettings;
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
 * A lane's membership of the share group. Inputs are accepted, rejected or renewed, and never
 * released one by one: unfinished inputs go back when the inbox is closed, at once and before their
 * locks end. That counts as a delivery, and the broker silently drops a record after its last
 * delivery; see {@link ShareGroup#bringBack}.
 */
final class ShareInbox<I extends SpecificRecord> implements AutoCloseable {

  private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private final InputReader<I> reader;
  private final Duration lock;
  private boolean fetchMayBePending;
  private LockLease lease;

  ShareInbox(Cluster cluster, Stage<I> stage, String id, int batch) {
    lock = stage.limits().lock();
    lease = new LockLease(System.nanoTime(), lock);
    reader = new InputReader<>(cluster, stage);
    consumer =
        new KafkaShareConsumer<>(
            ClientSettings.shareConsumer(cluster, stage.name(), id + ".in", batch),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(stage.input().in(cluster.run())));
  }

  /** Newly acquired inputs; none if none arrive within the poll timeout. */
  List<Input<I>> poll() {
    long now = System.nanoTime();
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL_TIMEOUT);
    // An empty poll may have left a fetch behind that acquired these records before this poll.
    lease = new LockLease(fetchMayBePending ? now - lock.toNanos() / 4 : now, granted());
    fetchMayBePending = records.isEmpty();
    List<Input<I>> inputs = new ArrayList<>(records.count());
    records.forEach(record -> inputs.add(reader.read(record)));
    return inputs;
  }

  /** The lease of all inputs held. */
  LockLease lease() {
    return lease;
  }

  /**
   * Restarts the locks of the inputs; returns those whose lock was lost meanwhile. The inputs must
   * be all that the inbox holds.
   */
  List<Input<I>> renew(Collection<Input<I>> inputs) {
    long now = System.nanoTime();
    inputs.forEach(input -> consumer.acknowledge(input.record(), AcknowledgeType.RENEW));
    Set<Integer> lost = failed(consumer.commitSync());
    List<Input<I>> kept =
        inputs.stream().filter(input -> !lost.contains(input.record().partition())).toList();
    awaitRenewed(kept.size());
    lease = new LockLease(now, granted());
    return inputs.stream().filter(input -> lost.contains(input.record().partition())).toList();
  }

  /** Renewed records must come out of a poll before they can be acknowledged again. */
  private void awaitRenewed(int count) {
    long deadline = System.nanoTime() + lock.toNanos() / 4;
    for (int returned = 0; returned < count; ) {
      if (System.nanoTime() > deadline) {
        throw new KafkaException("renewed inputs did not come back from the share consumer");
      }
      returned += consumer.poll(POLL_TIMEOUT).count();
    }
  }

  /** Accepts finished inputs and rejects dead ones; the group delivers neither again. */
  void acknowledge(Collection<WorkBatch.Finished<I>> finished) {
    for (WorkBatch.Finished<I> each : finished) {
      boolean dead =
          each.fate() instanceof Fate.Settled settled
              && settled.kind() == orcaflow.events.OutcomeKind.DEAD;
      ConsumerRecord<byte[], byte[]> record = each.input().record();
      consumer.acknowledge(record, dead ? AcknowledgeType.REJECT : AcknowledgeType.ACCEPT);
    }
    // A lock lost by now does no harm: a further delivery finds the stored outcome.
    consumer.commitSync();
  }

  private static Set<Integer> failed(Map<TopicIdPartition, Optional<KafkaException>> results) {
    return results.entrySet().stream()
        .filter(result -> result.getValue().isPresent())
        .map(result -> result.getKey().partition())
        .collect(Collectors.toSet());
  }

  private Duration granted() {
    return consumer.acquisitionLockTimeoutMs().map(Duration::ofMillis).orElse(lock);
  }

  MetricsBinding bindMetrics(MonitoringServer monitoring) {
    return monitoring.watch(consumer);
  }

  @Override
  public void close() {
    consumer.close(Duration.ofSeconds(5));
    reader.close();
  }
}
