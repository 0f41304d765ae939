package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.cli.Main;
import orcaflow.cli.dataset.VersionStore;
import orcaflow.cli.replay.History;
import orcaflow.cli.replay.HistorySelector;
import orcaflow.cli.replay.Relabel;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.streams.StreamsConfig;
import orcaflow.streams.StreamsService;
import orcaflow.streams.close.CloseProcessor;
import orcaflow.streams.close.ClosedSet;
import orcaflow.streams.grade.Judge;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;
import orcaflow.testing.Await;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An iteration that some problems leave with nothing but right answers, and one problem with a
 * rollout that comes too late: from seeds to its data, and labelled again.
 */
class BorrowedRowsIT {

  private static final Duration LIMIT = Await.LIMIT;
  private static final int LATE = 3;

  /** Of each five one all right, which borrows; one all wrong; one without a solution. */
  private static final Scene SCENE =
      new Scene(
          IntStream.range(0, 40)
              .mapToObj(i -> List.of(4, 0, 3, 1, Scene.UNSOLVED).get(i % 5))
              .toList());

  private static final List<Topic<?>> ROWS =
      List.of(Topics.DEMONSTRATIONS, Topics.LABELLED_COMPLETIONS, Topics.PREFERENCE_PAIRS);

  @TempDir Path dir;

  @Test
  void theFrontDoorClosesAnIterationWhoseGroupsBorrow() throws Exception {
    Stack stack = SharedStack.get();
    Cluster cluster = stack.cluster("borrowed");
    TopicCatalogue.apply(cluster, 3, 1);
    try (StreamsService streams =
            StreamsService.start(cluster, config(dir.resolve("streams")), Scene.RECIPE, List.of());
        AccountingReader reader = AccountingReader.start(cluster, new RunAccounting(Scene.RECIPE));
        RunControl control = new RunControl(cluster)) {
      write(cluster, SCENE.candidates());
      write(cluster, SCENE.solved());
      reader.seeded(SCENE.right().size());
      await(reader, RunSnapshot::productionClosed);
      write(cluster, List.of(SCENE.policy()));
      write(cluster, sampledButOne());

      await(reader, now -> now.gradingClosed(Scene.ITERATION));
      assertThat(reader.snapshot().rolloutsClosed(Scene.ITERATION)).isFalse();
      OpenGroups open = reader.snapshot().toClose(Scene.ITERATION).orElseThrow();
      assertThat(open.groups().size()).isEqualTo(32);
      control.close(Scene.ITERATION, open);
      await(reader, now -> now.rolloutsClosed(Scene.ITERATION));
      control.open(Scene.ITERATION, Scene.RECIPE.iterations().get(1), "scene@0");
      await(reader, now -> now.iteration("M2").isPresent());
      assertThat(streams.ended()).isNotCompletedExceptionally();

      Records records = Records.of(stack, "borrowed");
      assertRowsAreThoseOfTheSet(records);
      assertIterationHoldsAllRows(reader, records);
      Labels labels = reader.snapshot().labels();
      // Of each class eight groups; 4 right: 5 positives and 4 borrowed; 0: 1, 4; 3: 4, 1; 1: 2,
      // 3.
      // One of those with 4 right lacks a rollout: 4 positives, and it does not borrow.
      assertThat(labels.all())
          .isEqualTo(new Labels.Count(8 * 12 - 1, 8 * 12 - 4, 7 * 4, 8 * 34 - 20, 7 * 20));
      assertThat(printed(cluster))
          .contains("borrowed share of the undesirable 30.4 %")
          .isEqualTo(labels.text());

      write(cluster, List.of(SCENE.part(0, 1, LATE)));
      awaitLate(stack);
      assertThat(rows(Records.of(stack, "borrowed"))).isEqualTo(rows(records));
      assertThat(labelledAgain(stack, cluster)).isEqualTo(rows(records));
    }
  }

  /** So short a grace time that a group does go out partial. */
  private static StreamsConfig config(Path stateDir) {
    StreamsConfig embedded = StreamsConfig.embedded(stateDir);
    return new StreamsConfig(
        embedded.observe(),
        embedded.engine(),
        embedded.admit(),
        embedded.schedule(),
        new StreamsConfig.Grade(Judge.OFF, 1, false),
        embedded.pair());
  }

  private static List<SpecificRecord> sampledButOne() {
    List<SpecificRecord> events = new ArrayList<>(SCENE.sampled());
    events.set(0, SCENE.part(0, 0, 0, 1, 2));
    return events;
  }

  private static void awaitLate(Stack stack) {
    Await.until(
        "an event was late",
        LIMIT,
        () ->
            Records.of(stack, "borrowed").of(Topics.STAGE_OUTCOMES).stream()
                .anyMatch(CloseProcessor::isLate));
  }

  /** The rows of a replay under the run's own policy, which says that one event was late. */
  private Map<String, String> labelledAgain(Stack stack, Cluster cluster) throws Exception {
    Cluster again = cluster.another("again");
    TopicCatalogue.apply(again, 3, 1);
    History history =
        History.of(cluster, new HistorySelector.Whole(), new VersionStore(dir.resolve("datasets")));
    int late =
        Relabel.run(cluster, again, history, Labelling.named("paper"), (phase, read, total) -> {});
    assertThat(late).isEqualTo(1);
    return rows(Records.of(stack, "again"));
  }

  private static Map<String, String> rows(Records records) {
    Map<String, String> rows = new HashMap<>();
    ROWS.forEach(topic -> rows.putAll(contents(topic, records)));
    return rows;
  }

  private static void assertRowsAreThoseOfTheSet(Records records) {
    List<Pairing.Rows> expected =
        ClosedSet.label(records.of(Topics.GRADED_ROLLOUTS), Labelling.named("paper"));
    assertThat(contents(Topics.LABELLED_COMPLETIONS, records.of(Topics.LABELLED_COMPLETIONS)))
        .isEqualTo(
            contents(
                Topics.LABELLED_COMPLETIONS,
                expected.stream().flatMap(rows -> rows.labelled().stream()).toList()));
    assertThat(contents(Topics.PREFERENCE_PAIRS, records.of(Topics.PREFERENCE_PAIRS)))
        .isEqualTo(
            contents(
                Topics.PREFERENCE_PAIRS,
                expected.stream().flatMap(rows -> rows.pairs().stream()).toList()));
    assertThat(records.ids(Topics.LABELLED_COMPLETIONS)).doesNotHaveDuplicates();
    assertThat(records.ids(Topics.PREFERENCE_PAIRS)).doesNotHaveDuplicates();
    assertThat(
            Stream.concat(
                records.of(Topics.LABELLED_COMPLETIONS).stream()
                    .filter(row -> row.getCorrectCount() == 4 && !row.getDesirable())
                    .map(LabelledCompletion::getDonorProblemId),
                records.of(Topics.PREFERENCE_PAIRS).stream()
                    .filter(row -> row.getCorrectCount() == 4)
                    .map(PreferencePair::getDonorProblemId)))
        .hasSize(7 * (4 + 20))
        .doesNotContainNull();
  }

  /** The offsets an iteration is opened on are behind the last borrowed row. */
  private static void assertIterationHoldsAllRows(AccountingReader reader, Records records) {
    long offsets =
        reader.snapshot().iteration("M2").orElseThrow().getRanges().stream()
            .mapToLong(range -> range.getTo() - range.getFrom())
            .sum();
    assertThat(offsets).isGreaterThanOrEqualTo(records.of(Topics.LABELLED_COMPLETIONS).size());
  }

  private String printed(Cluster cluster) throws Exception {
    Path recipe = Files.writeString(dir.resolve("scene.yaml"), Scene.RECIPE_TEXT);
    StringWriter out = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .execute(
                "labels",
                "--bootstrap=" + cluster.bootstrap(),
                "--registry=" + cluster.registry(),
                "--run=" + cluster.run(),
                "--recipe=" + recipe);
    assertThat(status).isZero();
    return out.toString();
  }

  private static void await(AccountingReader reader, Predicate<RunSnapshot> condition) {
    Await.until("the accounts are so", LIMIT, () -> condition.test(reader.snapshot()));
  }

  private static <T extends SpecificRecord> Map<String, String> contents(
      Topic<T> topic, Records records) {
    return contents(topic, records.of(topic));
  }

  private static <T extends SpecificRecord> Map<String, String> contents(
      Topic<T> topic, List<T> events) {
    Map<String, String> contents = new HashMap<>();
    events.forEach(event -> contents.put(topic.idOf().apply(event), event.toString()));
    return contents;
  }

  static void write(Cluster cluster, List<? extends SpecificRecord> events) {
    Map<String, Object> settings = cluster.clientSettings();
    try (KafkaProducer<String, SpecificRecord> producer =
        new KafkaProducer<>(settings, new StringSerializer(), Serdes.serializer(cluster))) {
      for (SpecificRecord event : new ArrayList<>(events)) {
        Topic<?> topic =
            Topics.all().stream()
                .filter(t -> t.type() == event.getClass())
                .findFirst()
                .orElseThrow();
        producer.send(record(topic, event, cluster.run()));
      }
    }
  }

  private static <T extends SpecificRecord> ProducerRecord<String, SpecificRecord> record(
      Topic<T> topic, SpecificRecord event, String run) {
    return new ProducerRecord<>(
        topic.in(run), topic.keyOf().apply(topic.type().cast(event)), event);
  }
}
