package orcaflow.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orcaflow.cli.Main;
import orcaflow.cli.dataset.Export.Format;
import orcaflow.cli.dataset.Manifest.Range;
import orcaflow.cli.dataset.Manifest.Slice;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class DatasetIT {

  private static final int PARTITIONS = 3;
  private static final HandMade MADE = HandMade.of(12);

  private static Stack stack;

  @TempDir Path dir;

  @BeforeAll
  static void start() {
    stack = SharedStack.get();
  }

  @Test
  void exportsWhatWasCutTwiceWithTheSameBytes(TestInfo test) throws Exception {
    Cluster cluster = runOf(test);
    write(cluster, MADE, true);
    try (RunTopics topics = new RunTopics(cluster)) {
      Manifest manifest = topics.cut();
      assertThat(manifest.run()).isEqualTo(cluster.run());
      assertThat(manifest.recipes())
          .containsExactly("tiny@" + Ids.contentHash(recipe()).substring(0, 12));
      for (Topic<?> topic : Manifest.TOPICS) {
        Slice slice = manifest.slice(topic);
        assertThat(slice.records()).isEqualTo(MADE.of(topic).size());
        assertThat(slice.ranges()).extracting(Range::partition).containsExactly(0, 1, 2);
        assertThat(slice.schemas()).as(topic.name()).hasSize(1).allMatch(id -> id > 0);
      }
      assertThat(manifest.slice(Topics.LABELLED_COMPLETIONS).labelling())
          .containsExactly(HandMade.LABELLING);
      for (Format format : Format.values()) {
        Path one = dir.resolve("one-" + format);
        Path two = dir.resolve("two-" + format);
        Path straight = dir.resolve("straight-" + format);
        Export.write(manifest, topics.at(manifest), format, one, List.of());
        Export.write(manifest, topics.at(manifest), format, two, List.of());
        Export.write(manifest, MADE, format, straight, List.of());
        assertThat(Folders.bytes(two)).isEqualTo(Folders.bytes(one));
        assertThat(Folders.bytes(straight)).isEqualTo(Folders.bytes(one));
      }
    }
  }

  @Test
  void cutsTheSameVersionUntilSomethingIsCommitted(TestInfo test) throws Exception {
    Cluster cluster = runOf(test);
    write(cluster, MADE, true);
    Manifest first = cut(cluster);
    assertThat(cut(cluster).version()).isEqualTo(first.version());
    write(cluster, HandMade.small(), false);
    assertThat(cut(cluster).version())
        .as("an aborted transaction is nothing new")
        .isEqualTo(first.version());
    write(cluster, HandMade.small(), true);
    Manifest second = cut(cluster);
    assertThat(second.version()).isNotEqualTo(first.version());
    assertThat(Change.between(first, second))
        .contains(
            new Change("problems", "records", "12", "14"),
            new Change("graded-rollouts", "records", "12", "13"));
    try (RunTopics topics = new RunTopics(cluster)) {
      Export.write(first, topics.at(first), Format.JSONL, dir.resolve("later"), List.of());
      Export.write(first, MADE, Format.JSONL, dir.resolve("straight"), List.of());
    }
    assertThat(Folders.bytes(dir.resolve("later")))
        .as("what came later is not in an older version")
        .isEqualTo(Folders.bytes(dir.resolve("straight")));
  }

  @Test
  void refusesARangeThatWasRemovedAndNamesTheGap(TestInfo test) throws Exception {
    Cluster cluster = runOf(test);
    write(cluster, MADE, true);
    Manifest manifest = cut(cluster);
    Range range =
        manifest.slice(Topics.DEMONSTRATIONS).ranges().stream()
            .filter(r -> r.to() > 1)
            .findFirst()
            .orElseThrow();
    String topic = Topics.DEMONSTRATIONS.in(cluster.run());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, range.partition()), RecordsToDelete.beforeOffset(1)))
          .all()
          .get();
    }
    try (RunTopics topics = new RunTopics(cluster)) {
      assertThatThrownBy(() -> topics.at(manifest))
          .isInstanceOf(RecordsGone.class)
          .hasMessage(
              "%s partition %d: the version holds offsets 0 to %d, and 0 to 1 are no longer there"
                  .formatted(topic, range.partition(), range.to()));
      assertThat(topics.cut().slice(Topics.DEMONSTRATIONS).ranges())
          .contains(new Range(range.partition(), 1, range.to()));
    }
  }

  @Test
  void refusesOtherRecordsAtTheSameOffsets(TestInfo test) throws Exception {
    Cluster cluster = runOf(test);
    write(cluster, MADE, true);
    Manifest manifest = cut(cluster);
    List<Slice> slices =
        manifest.topics().stream()
            .map(
                s ->
                    s.topic().equals("problems")
                        ? new Slice(
                            s.topic(), s.ranges(), s.records(), "other", s.schemas(), s.labelling())
                        : s)
            .toList();
    Manifest other = new Manifest(1, manifest.run(), manifest.recipes(), slices);
    try (RunTopics topics = new RunTopics(cluster)) {
      assertThatThrownBy(
              () -> Export.write(other, topics.at(other), Format.HF, dir.resolve("out"), List.of()))
          .isInstanceOf(RecordsGone.class)
          .hasMessageContaining("problems: the records are not those that were cut");
    }
    assertThat(dir.resolve("out")).doesNotExist();
  }

  @Test
  void aRunWithoutTopicsHasNoVersion() {
    try (RunTopics topics = new RunTopics(stack.cluster("nobody"))) {
      assertThatThrownBy(topics::cut)
          .isInstanceOf(BadDataset.class)
          .hasMessage("run 'nobody' has no topic nobody.preference-pairs");
    }
  }

  @Test
  void theCommandsCutListCompareAndExport(TestInfo test) throws Exception {
    Cluster cluster = runOf(test);
    String versions = dir.resolve("versions").toString();
    write(cluster, MADE, true);
    assertThat(dataset(cluster, "cut", "--out", versions, "--name", "first")).isZero();
    write(cluster, HandMade.small(), true);
    assertThat(dataset(cluster, "cut", "--out", versions, "--name", "second")).isZero();
    assertThat(orcaflow("dataset", "list", "--datasets", versions)).isZero();
    assertThat(orcaflow("dataset", "diff", "first", "second", "--datasets", versions)).isEqualTo(1);
    assertThat(orcaflow("dataset", "diff", "first", "first", "--datasets", versions)).isZero();
    String out = dir.resolve("out").toString();
    assertThat(
            dataset(
                cluster, "export", "first", "--datasets", versions, "--format", "hf", "--out", out))
        .isZero();
    assertThat(dir.resolve("out/kto/train.parquet")).isNotEmptyFile();
    assertThat(
            dataset(
                cluster,
                "export",
                "first",
                "--datasets",
                versions,
                "--format",
                "csv",
                "--out",
                "x"))
        .as("usage")
        .isEqualTo(2);
  }

  @Test
  void statusReadsTheRecipeFromTheRunLog(TestInfo test) throws Exception {
    Cluster cluster = runOf(test);
    assertThat(status(cluster)).contains("has no recipe in its run log: name it with --recipe");
    write(cluster, new HandMade(), true);
    assertThat(status(cluster))
        .contains("run %s, recipe tiny".formatted(cluster.run()), "policies none yet");
  }

  private static String status(Cluster cluster) {
    StringWriter printed = new StringWriter();
    Main.commandLine()
        .setOut(new PrintWriter(printed))
        .setErr(new PrintWriter(printed))
        .execute(
            "status",
            "--run",
            cluster.run(),
            "--bootstrap",
            cluster.bootstrap(),
            "--registry",
            cluster.registry());
    return printed.toString();
  }

  private static String recipe() {
    try (InputStream in = DatasetIT.class.getResourceAsStream("/orcaflow/cli/tiny.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int dataset(Cluster cluster, String... arguments) {
    List<String> all = new ArrayList<>(List.of("dataset"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--bootstrap", cluster.bootstrap(), "--registry", cluster.registry()));
    if (arguments[0].equals("cut")) {
      all.addAll(List.of("--run", cluster.run()));
    }
    return orcaflow(all.toArray(String[]::new));
  }

  private static int orcaflow(String... arguments) {
    return Main.commandLine(arguments).execute(arguments);
  }

  private static Manifest cut(Cluster cluster) throws BadDataset {
    try (RunTopics topics = new RunTopics(cluster)) {
      return topics.cut();
    }
  }

  private static Cluster runOf(TestInfo test) {
    Cluster cluster = stack.cluster(test.getTestMethod().orElseThrow().getName());
    TopicCatalogue.apply(cluster, PARTITIONS, 1);
    return cluster;
  }

  private static void write(Cluster cluster, HandMade events, boolean commit) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrap());
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, cluster.named("hand"));
    try (KafkaProducer<String, SpecificRecord> producer =
        new KafkaProducer<>(settings, new StringSerializer(), Serdes.serializer(cluster))) {
      producer.initTransactions();
      producer.beginTransaction();
      Manifest.TOPICS.forEach(topic -> send(producer, cluster, topic, events.of(topic)));
      send(
          producer,
          cluster,
          Topics.RUN_LOG,
          List.of(
              new RunLogEntry("id", "recipe", "tiny", "hash", recipe(), Instant.ofEpochMilli(0))));
      producer.flush();
      if (commit) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
    awaitMarkers(cluster);
  }

  /**
   * Waits until the marker of every transaction is in its partition. A commit returns before: until
   * then the committed end lies before the transaction, and a cut would be one of nothing.
   */
  private static void awaitMarkers(Cluster cluster) {
    try (TopicReader<String, byte[]> reader =
        TopicReader.bytes(cluster, new StringDeserializer())) {
      for (Topic<?> topic : Manifest.TOPICS) {
        reader.startAtBeginning(reader.partitions(topic.in(cluster.run())));
        reader.readTo(reader.logEnds(), record -> {});
      }
    }
  }

  private static <T extends SpecificRecord> void send(
      KafkaProducer<String, SpecificRecord> producer,
      Cluster cluster,
      Topic<T> topic,
      List<SpecificRecord> events) {
    for (SpecificRecord event : events) {
      T value = topic.type().cast(event);
      producer.send(
          new ProducerRecord<>(topic.in(cluster.run()), topic.keyOf().apply(value), value));
    }
  }
}
