package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class ClusterStateTest {

  private static final Schema OURS =
      SchemaBuilder.record("Fact").fields().requiredString("text").endRecord();
  private static final Schema OTHER =
      SchemaBuilder.record("Fact").fields().optionalString("text").endRecord();
  private static final TopicPlan PLAN =
      new TopicPlan("main.facts", 3, Map.of("retention.ms", "-1"), Optional.of(OURS));
  private static final TopicPlan DEAD_LETTERS =
      new TopicPlan("main.facts.dlq", 3, Map.of(), Optional.empty());

  @Test
  void findsNothingWhereAllIsAsPlanned() {
    ClusterState state =
        new ClusterState(
            Map.of(
                "main.facts", found(3, "-1"),
                "main.facts.dlq", found(3, "604800000")),
            Map.of("main.facts-value", new ClusterState.Registered(2, OURS)));
    assertThat(state.differencesFrom(List.of(PLAN, DEAD_LETTERS))).isEmpty();
  }

  @Test
  void findsAnEmptyClusterToLackTopicsAndTheSchemasOfThoseThatHaveOne() {
    assertThat(new ClusterState(Map.of(), Map.of()).differencesFrom(List.of(PLAN, DEAD_LETTERS)))
        .containsExactly(
            new Difference.MissingTopic("main.facts"),
            new Difference.MissingSchema("main.facts-value"),
            new Difference.MissingTopic("main.facts.dlq"));
  }

  @Test
  void findsWhateverIsOtherwise() {
    ClusterState state =
        new ClusterState(
            Map.of("main.facts", found(5, "1000")),
            Map.of("main.facts-value", new ClusterState.Registered(7, OTHER)));
    assertThat(state.differencesFrom(List.of(PLAN)))
        .containsExactly(
            new Difference.OtherPartitions("main.facts", 3, 5),
            new Difference.OtherSetting("main.facts", "retention.ms", "-1", "1000"),
            new Difference.OtherSchema("main.facts-value", 7));
  }

  @Test
  void knowsTheTopicsKafkaStreamsMakesForItself() {
    Map<String, ClusterState.Found> topics = new HashMap<>();
    topics.put("main.stranger", found(1, "-1"));
    topics.put("main.grade-pending-changelog", found(3, "-1"));
    topics.put("main.grade-by-problem-repartition", found(3, "-1"));
    assertThat(new ClusterState(topics, Map.of()).differencesFrom(List.of()))
        .containsExactly(new Difference.UnknownTopic("main.stranger"));
  }

  @Test
  void plansEveryTopicOfTheCatalogueWithItsSchemaAndDeadLettersWithout() {
    List<TopicPlan> plans = TopicPlan.of("main", 6);
    assertThat(plans)
        .extracting(TopicPlan::name)
        .contains("main.problem-candidates", "main.run-log", "main.problems.dlq")
        .doesNotHaveDuplicates();
    assertThat(plans)
        .filteredOn(plan -> plan.name().endsWith(".dlq"))
        .allSatisfy(plan -> assertThat(plan.schema()).isEmpty());
    assertThat(plans)
        .filteredOn(plan -> !plan.name().endsWith(".dlq"))
        .allSatisfy(plan -> assertThat(plan.schema()).isPresent());
  }

  private static ClusterState.Found found(int partitions, String retention) {
    return new ClusterState.Found(partitions, Map.of("retention.ms", retention));
  }
}
