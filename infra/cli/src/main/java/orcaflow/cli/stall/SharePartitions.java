package orcaflow.cli.stall;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
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

  /** Of a group, or of none if there is no such group. */
  static SharePartitions of(Admin admin, String group) throws InterruptedException {
    try {
      ShareGroupDescription there =
          Answers.of(admin.describeShareGroups(List.of(group)).all()).get(group);
      Map<TopicPartition, Long> waiting =
          new TreeMap<>(
              Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
      Answers.of(
              admin
                  .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                  .partitionsToOffsetInfo(group))
          .forEach(
              (partition, info) ->
                  Optional.ofNullable(info) // Null for one that the group has no state of.
                      .flatMap(SharePartitionOffsetInfo::lag)
                      .filter(lag -> lag > 0)
                      .ifPresent(lag -> waiting.put(partition, lag)));
      return new SharePartitions(
          there.members().size(),
          there.members().stream()
              .flatMap(member -> member.assignment().topicPartitions().stream())
              .collect(Collectors.toSet()),
          waiting);
    } catch (GroupIdNotFoundException none) {
      return new SharePartitions(0, Set.of(), Map.of());
    }
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
