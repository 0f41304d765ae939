package orcaflow.bench.history;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** How long the history of a run is. */
final class Offsets {

  private Offsets() {}

  /** The sum of the ends of its topics' logs: events and marks of transactions. */
  static long of(Cluster cluster) throws InterruptedException, ExecutionException {
    List<String> topics = Topics.all().stream().map(topic -> cluster.named(topic.name())).toList();
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      List<TopicPartition> partitions =
          admin.describeTopics(topics).allTopicNames().get().values().stream()
              .flatMap(
                  topic ->
                      topic.partitions().stream()
                          .map(p -> new TopicPartition(topic.name(), p.partition())))
              .toList();
      return admin
          .listOffsets(
              partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
          .all()
          .get()
          .values()
          .stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    }
  }
}
