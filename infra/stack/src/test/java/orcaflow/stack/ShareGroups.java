package orcaflow.stack;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/**
 * How a share group (KIP-932) reads: from the beginning, committed records only. A group may be
 * configured before its first member comes; the settings are kept by the cluster.
 *
 * <p>What {@code share.acknowledgement.mode=explicit} means at Kafka 4.2 (each fact has its test in
 * {@link SharesIT}):
 *
 * <ul>
 *   <li>{@code poll} throws {@code IllegalStateException} unless every record it returned before
 *       has been acknowledged, be it with RENEW. So a worker that is still busy renews, then polls.
 *   <li>{@code acknowledge} only notes; the next {@code poll} (in the background) or {@code
 *       commitSync} sends. {@code commitSync} answers per partition: empty is stored, {@code
 *       InvalidRecordStateException} means the lock was lost and another worker has the record.
 *       After {@code poll} the same answer comes to the acknowledgement callback only.
 *   <li>RENEW starts the lock again, without counting as a delivery. Once sent, the record can only
 *       be acknowledged again after the next {@code poll} has returned it (before that: {@code
 *       IllegalStateException}); of two acknowledgements noted before sending, the later counts.
 *   <li>A {@code poll} after RENEW returns the renewed records and <em>no new ones</em>, until
 *       every renewed record is accepted, released or rejected. A consumer thus works in batches;
 *       to keep n calls in flight without one waiting for the slowest, use n consumers of one
 *       record each ({@code share.acquire.mode=record_limit}, {@code max.poll.records=1}).
 *   <li>RELEASE, a lost lock, a closed consumer and a killed one each cost a delivery; the records
 *       of the last two go to others at once, without waiting for the lock. After {@code
 *       group.share.delivery.count.limit} deliveries (Kafka 4.2 allows at most 10) the record is
 *       dropped for this group without a word: a worker must put aside a record whose {@code
 *       deliveryCount} is at the limit instead of releasing it.
 * </ul>
 */
final class ShareGroups {

  /** How long a worker may hold a record before it must renew (KIP-1222) or lose it. */
  static final Duration LOCK = Duration.ofSeconds(30);

  private ShareGroups() {}

  /** Settings of a group whose workers hold a record for {@link #LOCK} at a time. */
  static void configure(Admin admin, String group) {
    configure(admin, group, LOCK);
  }

  /**
   * Settings of a group with its own lock.
   *
   * @param lock between the broker's {@code group.share.min.record.lock.duration.ms} (1 s on ours)
   *     and {@code group.share.max.record.lock.duration.ms} (1 h on ours)
   * @throws StackException if the cluster refuses
   */
  static void configure(Admin admin, String group, Duration lock) {
    Collection<AlterConfigOp> settings =
        List.of(
            set("share.auto.offset.reset", "earliest"),
            set("share.isolation.level", "read_committed"),
            set("share.record.lock.duration.ms", Long.toString(lock.toMillis())));
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    try {
      admin.incrementalAlterConfigs(Map.of(resource, settings)).all().get();
    } catch (ExecutionException e) {
      throw new StackException(
          "share group '%s' could not be configured: %s"
              .formatted(group, e.getCause().getMessage()),
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while configuring share group '" + group + "'", e);
    }
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }
}
