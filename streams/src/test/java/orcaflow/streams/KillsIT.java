package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Collectors;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.streams.pair.Labelling;
import orcaflow.testing.Await;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the service at seeded moments, {@code -Dorcaflow.kills} times, while shuffled,
 * tripled, late and partial inputs arrive. In the end the topics hold the same events as those of
 * an undisturbed service with ordered inputs.
 */
class KillsIT {

  private static final int KILLS = Integer.getInteger("orcaflow.kills", 4);
  private static final int PROBLEMS = 60 + 5 * KILLS;
  private static final long SEED = 20261122;
  private static final String LABELLING = "paper";
  private static final Duration LIMIT = Await.LIMIT;

  private static final List<Topic<?>> ROWS =
      List.of(Topics.DEMONSTRATIONS, Topics.LABELLED_COMPLETIONS, Topics.PREFERENCE_PAIRS);

  @TempDir static Path folder;

  @Test
  void killedAtAnyMomentItEndsWithTheTopicsOfOrderedInputs() throws Exception {
    List<SpecificRecord> ordered = SampleProblems.of(new Random(SEED), PROBLEMS);
    List<SpecificRecord> mixed = SampleProblems.mixed(ordered, new Random(SEED));
    // Its own: other tests may leave transactions open.
    try (Stack stack = Stack.start(folder.resolve("stack"))) {
      Cluster cluster = stack.cluster("kills");
      TopicCatalogue.apply(cluster, 3, 1);
      Path state = folder.resolve("state");
      try (RunTopics topics = new RunTopics(cluster)) {
        RandomKills kills =
            new RandomKills(
                cluster,
                List.of(Topics.TEACHER_SOLUTIONS, Topics.STUDENT_ROLLOUTS),
                List.of(Topics.GRADED_ROLLOUTS, Topics.STAGE_OUTCOMES, Topics.OPEN_GROUPS),
                SEED);
        for (int kill = 0; kill < KILLS; kill++) {
          topics.write(slice(mixed, kill));
          kills.runOnce(() -> StreamsHolder.launch(cluster, state, LABELLING));
        }
        System.out.println(kills.summary());
        end(cluster, state, topics, ordered);
      }
      assertThat(hanging(cluster)).isEmpty();
    }
  }

  private static void end(
      Cluster cluster, Path state, RunTopics topics, List<SpecificRecord> ordered)
      throws Exception {
    int groups = PROBLEMS;
    try (FlowDriver flow = reference(ordered);
        StreamsService service =
            StreamsService.start(
                cluster,
                StreamsHolder.config(state),
                Events.recipe(LABELLING, 1, 0.5),
                List.of())) {
      topics.awaitCount(Topics.OPEN_GROUPS, groups, LIMIT);
      awaitWhole(topics, SampleProblems.merged(flow.out(Topics.GRADED_ROLLOUTS)));
      topics.write(List.of(Events.closing(2, topics.read(Topics.OPEN_GROUPS))));
      for (Topic<?> topic : ROWS) {
        topics.awaitCount(topic, flow.out(topic).size(), LIMIT);
        assertThat(topics.contents(topic)).as(topic.name()).isEqualTo(flow.contents(topic));
      }
      topics.ids(Topics.STAGE_OUTCOMES);
      topics.ids(Topics.GRADED_ROLLOUTS);
      assertThat(service.ended()).isNotCompletedExceptionally();
      System.out.printf(
          "%d kills: %d graded events of %d groups, %s%n",
          KILLS,
          topics.ids(Topics.GRADED_ROLLOUTS).size(),
          groups,
          ROWS.stream()
              .map(topic -> flow.ids(topic).size() + " " + topic.name())
              .collect(Collectors.joining(", ")));
    }
  }

  /** Waits until every group has all rollouts among its inputs, in any number of events. */
  private static void awaitWhole(RunTopics topics, Map<String, String> groups) {
    Await.until(
        "every group is whole",
        LIMIT,
        () -> SampleProblems.merged(topics.read(Topics.GRADED_ROLLOUTS)).equals(groups));
    // Each event of a group has an open group, so their numbers are equal.
    topics.awaitCount(Topics.OPEN_GROUPS, topics.ids(Topics.GRADED_ROLLOUTS).size(), LIMIT);
  }

  private static FlowDriver reference(List<SpecificRecord> ordered) {
    FlowDriver flow =
        new FlowDriver(
            Events.recipe(LABELLING, 1, 0.5),
            StreamsConfig.embedded(folder.resolve("reference")),
            Labelling.named(LABELLING));
    ordered.forEach(flow::pipe);
    flow.pass(Duration.ofSeconds(31));
    flow.close(2);
    return flow;
  }

  private static List<SpecificRecord> slice(List<SpecificRecord> inputs, int kill) {
    return inputs.subList(inputs.size() * kill / KILLS, inputs.size() * (kill + 1) / KILLS);
  }

  /** Open transactions, and partitions whose readers one of them blocks. */
  private static List<String> hanging(Cluster cluster) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", cluster.bootstrap());
    try (Admin admin = Admin.create(settings)) {
      List<String> found =
          new java.util.ArrayList<>(
              admin.listTransactions().all().get().stream()
                  .filter(
                      transaction ->
                          transaction.state() == TransactionState.ONGOING
                              || transaction.state() == TransactionState.PREPARE_ABORT
                              || transaction.state() == TransactionState.PREPARE_COMMIT)
                  .map(TransactionListing::toString)
                  .toList());
      Map<TopicPartition, OffsetSpec> ends =
          admin
              .describeTopics(admin.listTopics().names().get())
              .allTopicNames()
              .get()
              .values()
              .stream()
              .flatMap(
                  topic ->
                      topic.partitions().stream()
                          .map(part -> new TopicPartition(topic.name(), part.partition())))
              .collect(Collectors.toMap(part -> part, part -> OffsetSpec.latest()));
      var all = admin.listOffsets(ends).all().get();
      admin
          .listOffsets(ends, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .forEach(
              (partition, end) -> {
                if (end.offset() != all.get(partition).offset()) {
                  found.add(partition + " is held up at " + end.offset());
                }
              });
      return found;
    }
  }
}
