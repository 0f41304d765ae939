package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class TopicCatalogueIT {

  private static final int PARTITIONS = 3;

  static Stack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.get();
  }

  @Test
  void appliesEverythingOnceAndThenFindsNoDifference(TestInfo test) {
    Cluster cluster = runOf(test);
    int topics = Topics.all().size() + Topics.withDeadLetters().size();
    assertThat(TopicCatalogue.diff(cluster, PARTITIONS))
        .hasSize(topics + Topics.all().size())
        .contains(
            new Difference.MissingTopic(Topics.PROBLEMS.in(cluster.run())),
            new Difference.MissingTopic(Topics.PROBLEMS.deadLettersIn(cluster.run())),
            new Difference.MissingSchema(Topics.PROBLEMS.in(cluster.run()) + "-value"));
    assertThat(TopicCatalogue.apply(cluster, PARTITIONS, 1)).hasSize(topics + Topics.all().size());
    assertThat(TopicCatalogue.diff(cluster, PARTITIONS)).isEmpty();
    assertThat(TopicCatalogue.apply(cluster, PARTITIONS, 1)).isEmpty();
  }

  @Test
  void setsRightASettingThatWasChanged(TestInfo test) throws Exception {
    Cluster cluster = runOf(test);
    TopicCatalogue.apply(cluster, PARTITIONS, 1);
    String topic = Topics.VERDICTS.in(cluster.run());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("retention.ms", "60000"), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
    List<Difference> changed =
        List.of(new Difference.OtherSetting(topic, "retention.ms", "-1", "60000"));
    awaitDiff(cluster, changed);
    assertThat(TopicCatalogue.apply(cluster, PARTITIONS, 1)).isEqualTo(changed);
    assertThat(TopicCatalogue.diff(cluster, PARTITIONS)).isEmpty();
  }

  @Test
  void changesNothingWhereATopicHasOtherPartitions(TestInfo test) {
    Cluster cluster = runOf(test);
    TopicCatalogue.apply(cluster, PARTITIONS, 1);
    assertThatThrownBy(() -> TopicCatalogue.apply(cluster, PARTITIONS + 1, 1))
        .isInstanceOf(StackException.class)
        .hasMessageContaining(Topics.PROBLEM_CANDIDATES.in(cluster.run()))
        .hasMessageContaining("has 3 partitions, the catalogue says 4");
    assertThat(TopicCatalogue.diff(cluster, PARTITIONS)).isEmpty();
  }

  @Test
  void namesATopicOfTheRunThatNobodyKnows(TestInfo test) {
    Cluster cluster = runOf(test);
    TopicCatalogue.apply(cluster, PARTITIONS, 1);
    String stranger = cluster.named("stranger");
    new Probe(cluster.bootstrap()).createTopic(stranger, 1);
    List<Difference> unknown = List.of(new Difference.UnknownTopic(stranger));
    awaitDiff(cluster, unknown);
    assertThat(TopicCatalogue.apply(cluster, PARTITIONS, 1)).isEmpty();
    assertThat(TopicCatalogue.diff(cluster, PARTITIONS)).isEqualTo(unknown);
  }

  /** What was changed behind the catalogue's back shows a moment after the controller took it. */
  private static void awaitDiff(Cluster cluster, List<Difference> expected) {
    Instant deadline = Instant.now().plusSeconds(30);
    List<Difference> diff = TopicCatalogue.diff(cluster, PARTITIONS);
    while (!diff.equals(expected) && Instant.now().isBefore(deadline)) {
      diff = TopicCatalogue.diff(cluster, PARTITIONS);
    }
    assertThat(diff).isEqualTo(expected);
  }

  private static Cluster runOf(TestInfo test) {
    return stack.cluster(test.getTestMethod().orElseThrow().getName());
  }
}
