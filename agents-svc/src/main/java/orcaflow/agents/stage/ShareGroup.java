package orcaflow.agents.stage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import orcaflow.schemas.Cluster;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The share group of a stage, seen from outside: its settings, and what it has let go. */
final class ShareGroup<I extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ShareGroup.class);
  private static final String DELIVERY_LIMIT = "group.share.delivery.count.limit";
  private static final int USUAL_LIMIT = 5;
  private static final Duration SESSION = Duration.ofSeconds(90);

  private final Cluster cluster;
  private final Stage<I> stage;
  private final String group;
  private final Admin admin;

  ShareGroup(Cluster cluster, Stage<I> stage) {
    this.cluster = cluster;
    this.stage = stage;
    this.group = cluster.named(stage.name());
    this.admin = Admin.create(Clients.common(cluster));
  }

  /** From the beginning, committed records only, held for the stage's lock. */
  void configure() {
    Collection<AlterConfigOp> settings =
        List.of(
            set("share.auto.offset.reset", "earliest"),
            set("share.isolation.level", "read_committed"),
            set("share.record.lock.duration.ms", Long.toString(stage.load().lock().toMillis())));
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    answer(admin.incrementalAlterConfigs(Map.of(resource, settings)).all());
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }

  /** How often the broker delivers a record before it drops it; Kafka's default if it won't say. */
  int deliveryLimit() {
    try {
      Node node = answer(admin.describeCluster().nodes()).iterator().next();
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
      return answer(admin.describeConfigs(List.of(broker)).all()).get(broker).entries().stream()
          .filter(entry -> entry.name().equals(DELIVERY_LIMIT))
          .mapToInt(entry -> Integer.parseInt(entry.value()))
          .findFirst()
          .orElse(USUAL_LIMIT);
    } catch (KafkaException e) {
      LOG.info("{}: the delivery limit is not known: {}", group, e.getMessage());
      return USUAL_LIMIT;
    }
  }

  /**
   * Brings back inputs that the group counts as handled and that have no outcome: the broker drops
   * a record without a word when its deliveries are used up, which takes as many workers killed
   * while they held it. The group is set back to the first such record of a partition; what was
   * finished behind it is met as finished. Works only while the group has no members; waits for
   * those of killed processes to be forgotten.
   *
   * @return how many inputs were brought back
   */
  int bringBack(FinishedInputs finished) {
    Map<TopicPartition, Long> handled = handledUpTo();
    if (handled.isEmpty()) {
      return 0;
    }
    List<ConsumerRecord<byte[], byte[]>> dropped = dropped(handled, finished);
    if (dropped.isEmpty()) {
      return 0;
    }
    Map<TopicPartition, Long> back = new HashMap<>();
    dropped.forEach(
        record ->
            back.merge(
                new TopicPartition(record.topic(), record.partition()),
                record.offset(),
                Math::min));
    if (!setBack(back)) {
      LOG.error(
          "{}: {} inputs have used up their deliveries and cannot be brought back while the group"
              + " has members: stop all processes that run this stage, then start one",
          group,
          dropped.size());
      return 0;
    }
    LOG.warn("{}: brought back {} inputs that had used up their deliveries", group, dropped.size());
    return dropped.size();
  }

  /** Members of killed processes are counted until their session ends: waits for that. */
  private boolean setBack(Map<TopicPartition, Long> offsets) {
    long deadline = System.nanoTime() + SESSION.toNanos();
    while (true) {
      try {
        answer(admin.alterShareGroupOffsets(group, offsets).all());
        return true;
      } catch (KafkaException e) {
        if (!(e.getCause() instanceof GroupNotEmptyException)) {
          throw e;
        }
        if (System.nanoTime() > deadline) {
          return false;
        }
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      }
    }
  }

  private Map<TopicPartition, Long> handledUpTo() {
    try {
      Map<TopicPartition, Long> starts = new HashMap<>();
      Map<TopicPartition, SharePartitionOffsetInfo> offsets =
          answer(
              admin
                  .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                  .partitionsToOffsetInfo(group));
      offsets.forEach(
          (partition, info) -> {
            if (info != null && info.startOffset() > 0) {
              starts.put(partition, info.startOffset());
            }
          });
      return starts;
    } catch (KafkaException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> dropped(
      Map<TopicPartition, Long> handled, FinishedInputs finished) {
    List<ConsumerRecord<byte[], byte[]>> dropped = new ArrayList<>();
    try (Reader<I> reader = new Reader<>(cluster, stage);
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Clients.tail(cluster), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(handled.keySet());
      consumer.seekToBeginning(handled.keySet());
      while (handled.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < handled.get(partition) && open(reader.read(record), finished)) {
            dropped.add(record);
          }
        }
      }
    }
    return dropped;
  }

  private boolean open(Input<I> input, FinishedInputs finished) {
    return !finished.contains(input.outcomeId())
        && input.event().map(stage.agent()::wants).orElse(true);
  }

  private static <T> T answer(org.apache.kafka.common.KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
