package orcaflow.agents.stage.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orcaflow.agents.stage.Stage;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.AdminAnswer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * The share groups of the stages of a process. Their offsets are asked for at once, and used when
 * they are there: the first such answer after a broker's start takes seconds.
 */
public final class ShareGroups implements AutoCloseable {

  private final Cluster cluster;
  private final Admin admin;
  private final Map<String, KafkaFuture<Map<TopicPartition, SharePartitionOffsetInfo>>> offsets =
      new HashMap<>();

  private ShareGroups(Cluster cluster) {
    this.cluster = cluster;
    this.admin = Admin.create(cluster.clientSettings());
  }

  /**
   * Asks for the offsets of groups; does not wait.
   *
   * @param stages names of the stages
   */
  public static ShareGroups ask(Cluster cluster, Collection<String> stages) {
    ShareGroups groups = new ShareGroups(cluster);
    stages.forEach(groups::offsets);
    return groups;
  }

  private KafkaFuture<Map<TopicPartition, SharePartitionOffsetInfo>> offsets(String stage) {
    return offsets.computeIfAbsent(
        cluster.named(stage),
        group ->
            admin
                .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(group));
  }

  Cluster cluster() {
    return cluster;
  }

  /** The group of a stage, with the offsets that it had when they were asked for. */
  <I extends SpecificRecord> ShareGroup<I> of(Stage<I> stage) {
    return new ShareGroup<>(cluster, stage, admin, known(offsets(stage.name())));
  }

  /** How far a group is in each partition; nothing for a group that has not run. */
  private static Map<TopicPartition, SharePartitionOffsetInfo> known(
      KafkaFuture<Map<TopicPartition, SharePartitionOffsetInfo>> answer) {
    try {
      return AdminAnswer.of(answer);
    } catch (KafkaException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  /**
   * Aborts the transactions that predecessors of these stages left open, so that readers of
   * committed records need not wait for their timeout. Call it before {@link
   * FinishedInputs#catchUp}.
   *
   * @param instance name of this process among those that run the stages
   */
  public void fencePredecessors(String instance, Collection<Stage<?>> stages) {
    // One id a call: of several ids in one call the client fences one, waits, and fences the next.
    List<KafkaFuture<Void>> fenced =
        stages.stream()
            .flatMap(
                stage ->
                    IntStream.range(0, stage.limits().workers())
                        .mapToObj(number -> RunningStage.workerId(stage, instance, number)))
            .map(id -> admin.fenceProducers(List.of(cluster.named(id))).all())
            .toList();
    try {
      fenced.forEach(AdminAnswer::of);
    } catch (KafkaException e) {
      throw new KafkaException("predecessors cannot be fenced: " + e.getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
