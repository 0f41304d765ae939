package orcaflow.streams;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Checks once, at the start, that the topics exist and that those keyed by problem id have the same
 * number of partitions. With different numbers, two events of one problem could reach different
 * stores, and nobody would notice.
 */
final class TopicCheck {

  private TopicCheck() {}

  /**
   * Asks the brokers.
   *
   * @return the number of partitions of the topics that are keyed by problem id
   * @throws IllegalStateException in one sentence, naming the topics
   */
  static int check(Cluster cluster, List<Topic<?>> topics) {
    return check(cluster, topics, partitions(cluster, topics));
  }

  /** Decides, from the partition counts of the topics that exist. */
  static int check(Cluster cluster, List<Topic<?>> topics, Map<String, Integer> partitions) {
    List<String> missing =
        topics.stream()
            .map(topic -> topic.in(cluster.run()))
            .filter(name -> !partitions.containsKey(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "%s has no topic %s: create the topics of the catalogue for run '%s' first"
              .formatted(cluster.bootstrap(), String.join(", ", missing), cluster.run()));
    }
    Map<String, Integer> flow =
        topics.stream()
            .filter(topic -> topic.spread() == Topic.Spread.RUN)
            .map(topic -> topic.in(cluster.run()))
            .collect(Collectors.toMap(name -> name, partitions::get));
    if (Set.copyOf(flow.values()).size() > 1) {
      throw new IllegalStateException(
          "the topics of run '%s' must have one number of partitions, but have %s"
              .formatted(cluster.run(), new TreeMap<>(flow)));
    }
    return flow.values().iterator().next();
  }

  private static Map<String, Integer> partitions(Cluster cluster, List<Topic<?>> topics) {
    Set<String> names = new HashSet<>();
    topics.forEach(topic -> names.add(topic.in(cluster.run())));
    Map<String, Integer> partitions = new HashMap<>();
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
          admin.describeTopics(names).topicNameValues().entrySet()) {
        ask(cluster, topic, partitions);
      }
    }
    return partitions;
  }

  private static void ask(
      Cluster cluster,
      Map.Entry<String, KafkaFuture<TopicDescription>> topic,
      Map<String, Integer> partitions) {
    try {
      partitions.put(topic.getKey(), topic.getValue().get().partitions().size());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw new IllegalStateException(
            "%s does not say whether topic %s is there: %s"
                .formatted(cluster.bootstrap(), topic.getKey(), e.getCause().getMessage()),
            e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking for the topics", e);
    }
  }
}
