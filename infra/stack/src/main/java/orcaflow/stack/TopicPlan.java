package orcaflow.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import org.apache.avro.Schema;

/**
 * A topic as the catalogue wants it in one run.
 *
 * @param name with the run's prefix
 * @param schema what its values are; none for dead letters, which are the bytes of another topic
 */
record TopicPlan(
    String name, int partitions, Map<String, String> settings, Optional<Schema> schema) {

  private static final Map<String, String> KEPT_FOR_EVER =
      Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1");

  /** Every topic of a run whose flow has that many partitions, dead letters last. */
  static List<TopicPlan> of(String run, int partitions) {
    List<TopicPlan> plans = new ArrayList<>();
    for (Topic<?> topic : Topics.all()) {
      plans.add(
          new TopicPlan(
              topic.in(run),
              topic.partitions(partitions),
              KEPT_FOR_EVER,
              Optional.of(topic.schema())));
    }
    for (Topic<?> topic : Topics.withDeadLetters()) {
      plans.add(
          new TopicPlan(
              topic.deadLettersIn(run),
              topic.partitions(partitions),
              KEPT_FOR_EVER,
              Optional.empty()));
    }
    return plans;
  }

  /** Where its schema is registered. */
  String subject() {
    return name + "-value";
  }
}
