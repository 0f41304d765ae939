package orcaflow.cli.stall;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * The partitions of a share group at one moment.
 *
 * @param members of the group
 * @param assigned those that the group gives to some member
 * @param waiting how many offsets each one lags behind (KIP-1226), of those that lag
 */
record SharePartitions(
    int members, Set<TopicPartition> assigned, Map<TopicPartition, Long> waiting) {

  /**
   * Of a group, or of none if there is no such group.
   *
   * @param topics that it reads
   */
  static SharePartitions of(Admin admin, String group, Collection<String> topics)
      throws InterruptedException {
    try {
      ShareGroupDescription there =
          Answers.of(admin.describeShareGroups(List.of(group)).all()).get(group);
      return new SharePartitions(
          there.members().size(),
          there.members().stream()
              .flatMap(member -> member.assignment().topicPartitions().stream())
              .collect(Collectors.toSet()),
          waiting(admin, group, topics));
    } catch (GroupIdNotFoundException none) {
      return new SharePartitions(0, Set.of(), Map.of());
    }
  }

  /**
   * How many offsets wait; where the group has no state of a partition, or does not say, all behind
   * its start.
   *
   * @param info null where the group has no state
   */
  static long lag(SharePartitionOffsetInfo info, long end) {
    return info == null ? end : info.lag().orElse(end - info.startOffset());
  }

  private static Map<TopicPartition, Long> waiting(
      Admin admin, String group, Collection<String> topics) throws InterruptedException {
    Map<TopicPartition, SharePartitionOffsetInfo> offsets =
        Answers.of(
            admin
                .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(group));
    Map<TopicPartition, Long> waiting =
        new TreeMap<>(
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
    ends(admin, topics)
        .forEach(
            (partition, end) -> {
              long lag = lag(offsets.get(partition), end);
              if (lag > 0) {
                waiting.put(partition, lag);
              }
            });
    return waiting;
  }

  private static Map<TopicPartition, Long> ends(Admin admin, Collection<String> topics)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    Answers.of(admin.describeTopics(topics).allTopicNames())
        .forEach(
            (name, topic) ->
                topic
                    .partitions()
                    .forEach(
                        partition ->
                            latest.put(
                                new TopicPartition(name, partition.partition()),
                                OffsetSpec.latest())));
    Map<TopicPartition, Long> ends = new HashMap<>();
    Answers.of(admin.listOffsets(latest).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** Those that wait and are assigned to no member, with their numbers; empty for none. */
  String unassigned() {
    return said(
        waiting.keySet().stream().filter(partition -> !assigned.contains(partition)).toList());
  }

  /** Those that wait, with their numbers; empty for none. */
  String behind() {
    return said(List.copyOf(waiting.keySet()));
  }

  private String said(List<TopicPartition> partitions) {
    return partitions.stream()
        .map(partition -> "%s (%,d wait)".formatted(partition, waiting.get(partition)))
        .collect(Collectors.joining(", "));
  }
}
