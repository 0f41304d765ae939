package orcaflow.agents.stage.worker;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import orcaflow.agents.stage.Stage;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.AdminAnswer;
import orcaflow.schemas.log.TopicReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The share group of a stage, seen from outside: its settings, and what it has let go. */
final class ShareGroup<I extends SpecificRecord> {

  private static final Logger LOG = LoggerFactory.getLogger(ShareGroup.class);
  private static final String DELIVERY_LIMIT = "group.share.delivery.count.limit";
  private static final int USUAL_LIMIT = 5;

  private final Cluster cluster;
  private final Stage<I> stage;
  private final String group;
  private final Admin admin;
  private final Map<TopicPartition, SharePartitionOffsetInfo> offsets;

  /**
   * @param offsets how far the group is in each partition; nothing for a group that has not run
   */
  ShareGroup(
      Cluster cluster,
      Stage<I> stage,
      Admin admin,
      Map<TopicPartition, SharePartitionOffsetInfo> offsets) {
    this.cluster = cluster;
    this.stage = stage;
    this.group = cluster.named(stage.name());
    this.admin = admin;
    this.offsets = offsets;
  }

  /** From the beginning, committed records only, held for the stage's lock. */
  void configure() {
    Collection<AlterConfigOp> settings =
        List.of(
            set("share.auto.offset.reset", "earliest"),
            set("share.isolation.level", "read_committed"),
            set("share.record.lock.duration.ms", Long.toString(stage.limits().lock().toMillis())));
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    AdminAnswer.of(admin.incrementalAlterConfigs(Map.of(resource, settings)).all());
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }

  /** How often the broker delivers a record before it drops it; Kafka's default if it won't say. */
  int deliveryLimit() {
    try {
      Node node = AdminAnswer.of(admin.describeCluster().nodes()).iterator().next();
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
      return AdminAnswer.of(admin.describeConfigs(List.of(broker)).all())
          .get(broker)
          .entries()
          .stream()
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
   * Sets a group that has run before back to its first input without an outcome, in each partition.
   * The broker drops a record without a word when its deliveries are used up, and that cannot be
   * seen from outside; so every start does this that finds the group without members, as after an
   * orderly stop. Deliveries then count from the beginning, and what was finished behind the first
   * open input is met as finished. After a crash the group still has members for a while; it then
   * continues as it was.
   *
   * @return whether the group was set back
   */
  boolean bringBack(SettledInputs<I> inputs) {
    if (offsets.isEmpty() || hasMembers()) {
      return false;
    }
    Map<TopicPartition, Long> open = inputs.firstOpen();
    if (open.isEmpty()) {
      return false;
    }
    try {
      AdminAnswer.of(admin.alterShareGroupOffsets(group, open).all());
      return true;
    } catch (KafkaException e) {
      if (e.getCause() instanceof GroupNotEmptyException) {
        LOG.info("{} has members and continues where it was", group);
        return false;
      }
      throw e;
    }
  }

  /**
   * How many offsets the topic has lost, by retention or by a person, before the group was finished
   * with them: those that the group lags behind (KIP-1226), less those that are there. The group's
   * start offset says less, as it may lie far behind what is finished. Each partition with a loss
   * is said in the log.
   */
  long removedUnread() {
    long removed = 0;
    try (TopicReader<byte[], byte[]> inputs =
        TopicReader.bytes(cluster, new ByteArrayDeserializer())) {
      inputs.startAtBeginning(inputs.partitions(stage.input().in(cluster.run())));
      Map<TopicPartition, Long> ends = inputs.logEnds();
      for (Map.Entry<TopicPartition, Long> first : inputs.positions().entrySet()) {
        long there = ends.get(first.getKey()) - first.getValue();
        removed +=
            removedUnread(first.getKey(), offsets.get(first.getKey()), first.getValue(), there);
      }
    }
    return removed;
  }

  /**
   * @param first offset of the oldest record there
   * @param there number of offsets from there to the end
   */
  private long removedUnread(
      TopicPartition partition, SharePartitionOffsetInfo info, long first, long there) {
    long lag = info == null ? 0 : info.lag().orElse(0L);
    long removed = Math.max(0, lag - there);
    if (removed > 0) {
      LOG.warn(
          "{}: {} partition {}: {} offsets before {} were removed before they were read",
          group,
          partition.topic(),
          partition.partition(),
          removed,
          first);
    }
    return removed;
  }

  private boolean hasMembers() {
    return !AdminAnswer.of(admin.describeShareGroups(List.of(group)).all())
        .get(group)
        .members()
        .isEmpty();
  }
}
