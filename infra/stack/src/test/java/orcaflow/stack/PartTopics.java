package orcaflow.stack;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;

/**
 * The topics that a part of a run may read or write, and no others: what the part does in a test
 * needs no more than its access rules give it.
 */
public final class PartTopics {

  private PartTopics() {}

  /** Creates them and registers their schemas; they take records when this returns. */
  public static void create(Cluster cluster, int partitions, AccessRules.Part part) {
    Set<String> names =
        Stream.concat(
                Stream.concat(AccessRules.read(part).stream(), AccessRules.written(part).stream())
                    .map((Topic<?> topic) -> topic.in(cluster.run())),
                AccessRules.withDeadLetters(part).stream()
                    .map((Topic<?> topic) -> topic.deadLettersIn(cluster.run())))
            .collect(Collectors.toSet());
    List<TopicPlan> plans =
        TopicPlan.of(cluster.run(), partitions).stream()
            .filter(plan -> names.contains(plan.name()))
            .toList();
    TopicCatalogue.apply(cluster, plans, 1);
  }
}
