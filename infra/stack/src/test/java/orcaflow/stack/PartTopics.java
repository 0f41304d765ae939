package orcaflow.stack;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

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
    try (Admin admin = Admin.create(cluster.clientSettings());
        SchemaSubjects subjects = new SchemaSubjects(cluster)) {
      admin
          .createTopics(
              plans.stream()
                  .map(
                      plan ->
                          new NewTopic(plan.name(), plan.partitions(), (short) 1)
                              .configs(plan.settings()))
                  .toList())
          .all()
          .get();
      plans.forEach(
          plan -> plan.schema().ifPresent(schema -> subjects.register(plan.subject(), schema)));
      Map<String, Integer> created =
          plans.stream().collect(Collectors.toMap(TopicPlan::name, TopicPlan::partitions));
      PartitionLeaders.await(admin, created);
    } catch (ExecutionException e) {
      throw new StackException("topics could not be created", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("topics were not created: interrupted", e);
    }
  }
}
