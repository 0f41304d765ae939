package orcaflow.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.avro.Schema;

/**
 * What a cluster and its registry have of a run.
 *
 * @param topics by name, those with the run's prefix
 * @param schemas newest version by subject
 */
record ClusterState(Map<String, Found> topics, Map<String, Registered> schemas) {

  /** A topic that is there. */
  record Found(int partitions, Map<String, String> settings) {}

  /** A schema that is there. */
  record Registered(int version, Schema schema) {}

  /** What keeps it from being the plan, in the plan's order, unknown topics last. */
  List<Difference> differencesFrom(List<TopicPlan> plans) {
    List<Difference> differences = new ArrayList<>();
    TreeSet<String> unknown = new TreeSet<>(topics.keySet());
    for (TopicPlan plan : plans) {
      unknown.remove(plan.name());
      compareTopic(plan, differences);
      plan.schema()
          .flatMap(schema -> compareSchema(plan.subject(), schema))
          .ifPresent(differences::add);
    }
    unknown.removeIf(ClusterState::belongsToStreams);
    unknown.forEach(topic -> differences.add(new Difference.UnknownTopic(topic)));
    return differences;
  }

  private void compareTopic(TopicPlan plan, List<Difference> differences) {
    Found found = topics.get(plan.name());
    if (found == null) {
      differences.add(new Difference.MissingTopic(plan.name()));
      return;
    }
    if (found.partitions() != plan.partitions()) {
      differences.add(
          new Difference.OtherPartitions(plan.name(), plan.partitions(), found.partitions()));
    }
    plan.settings().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(wanted -> !wanted.getValue().equals(found.settings().get(wanted.getKey())))
        .map(
            wanted ->
                new Difference.OtherSetting(
                    plan.name(),
                    wanted.getKey(),
                    wanted.getValue(),
                    found.settings().getOrDefault(wanted.getKey(), "nothing")))
        .forEach(differences::add);
  }

  private Optional<Difference> compareSchema(String subject, Schema schema) {
    Registered registered = schemas.get(subject);
    if (registered == null) {
      return Optional.of(new Difference.MissingSchema(subject));
    }
    return registered.schema().equals(schema)
        ? Optional.empty()
        : Optional.of(new Difference.OtherSchema(subject, registered.version()));
  }

  /** State stores and repartitioning: made and named by Kafka Streams from the application id. */
  private static boolean belongsToStreams(String topic) {
    return topic.endsWith("-changelog") || topic.endsWith("-repartition");
  }
}
