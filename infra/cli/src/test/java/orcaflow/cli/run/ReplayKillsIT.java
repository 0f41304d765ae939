package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import orcaflow.cli.dataset.VersionStore;
import orcaflow.cli.replay.History;
import orcaflow.cli.replay.HistorySelector;
import orcaflow.cli.replay.Relabel;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.streams.grade.Grading;
import orcaflow.streams.grade.Judge;
import orcaflow.streams.pair.Labelling;
import orcaflow.testing.Await;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of {@code ./orcaflow replay} while it writes rows, so often as {@code
 * -Dorcaflow.kills.replay} says: the same command again leaves the rows that an undisturbed one
 * leaves, to the byte.
 */
class ReplayKillsIT {

  private static final int KILLS = Integer.getInteger("orcaflow.kills.replay", 1);
  private static final int PARTITIONS = 4;
  private static final int PROBLEMS = 3000;
  private static final long SEED = 20261123;
  private static final Duration LIMIT = Await.LIMIT;
  private static final List<Topic<?>> ROWS =
      List.of(Topics.DEMONSTRATIONS, Topics.LABELLED_COMPLETIONS, Topics.PREFERENCE_PAIRS);

  /** One of five borrows, under the paper's labelling. */
  private static final Scene SCENE =
      new Scene(IntStream.range(0, PROBLEMS).mapToObj(i -> i % 5).toList());

  @TempDir Path dir;

  @Test
  void killedWhileItLabelsAReplayEndsWithTheRowsOfAnUndisturbedOne() throws Exception {
    try (Stack stack = Stack.start(dir.resolve("stack"))) {
      Cluster source = stack.cluster("source");
      TopicCatalogue.apply(source, PARTITIONS, 1);
      BorrowedRowsIT.write(source, history());
      Map<String, String> undisturbed = undisturbed(source);
      long rows = records(source.another("calm"), Topics.LABELLED_COMPLETIONS, true).size();

      Cluster target = source.another("killed");
      TopicCatalogue.apply(target, PARTITIONS, 1);
      Random random = new Random(SEED);
      for (int kill = 0; kill < KILLS; kill++) {
        RunControlProcess replay = new RunControlProcess(command(source));
        long written = records(target, Topics.LABELLED_COMPLETIONS, false).size();
        awaitWritten(target, written + 1 + random.nextInt((int) rows / 4));
        assertThat(replay.kill()).as(replay.output()).isTrue();
        assertThat(replay.output()).doesNotContain("is labelled under");
      }
      RunControlProcess last = new RunControlProcess(command(source));
      last.awaitLine("is labelled under");
      assertThat(last.kill()).as(last.output()).isTrue();
      assertThat(last.output()).contains("is labelled under paper@");
      assertThat(digests(target)).isEqualTo(undisturbed);
    }
  }

  private static List<SpecificRecord> history() {
    Grading grading = new Grading(Judge.OFF);
    List<SpecificRecord> events = new ArrayList<>();
    for (int i = 0; i < PROBLEMS; i++) {
      events.add(SCENE.solution(i));
      events.add(grading.graded(SCENE.solution(i), SCENE.rollout(i), Map.of()).orElseThrow());
    }
    return events;
  }

  private Map<String, String> undisturbed(Cluster source) throws Exception {
    Cluster calm = source.another("calm");
    TopicCatalogue.apply(calm, PARTITIONS, 1);
    History history =
        History.of(source, new HistorySelector.Whole(), new VersionStore(dir.resolve("datasets")));
    Relabel.run(source, calm, history, Labelling.named("paper"), (phase, read, total) -> {});
    return digests(calm);
  }

  private List<String> command(Cluster cluster) throws Exception {
    Path recipe = Files.writeString(dir.resolve("scene.yaml"), Scene.RECIPE_TEXT);
    Path benchmark =
        Files.writeString(
            dir.resolve("benchmark.jsonl"), "{\"question\": \"1 + 1?\", \"answer\": \"2\"}\n");
    return List.of(
        "replay",
        "--from=source",
        "--to=killed",
        "--recipe=" + recipe,
        "--from-policy=fresh",
        "--benchmark=" + benchmark,
        "--dir=" + dir.resolve("home"),
        "--bootstrap=" + cluster.bootstrap(),
        "--registry=" + cluster.registry());
  }

  /** Rows in transactions that are not over count, too: there the kill is to fall. */
  private static void awaitWritten(Cluster cluster, long rows) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(cluster, false)) {
      List<TopicPartition> partitions =
          partitions(consumer, Topics.LABELLED_COMPLETIONS.in(cluster.run()));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + LIMIT.toNanos();
      for (long seen = 0; seen < rows; seen += consumer.poll(Duration.ofMillis(20)).count()) {
        assertThat(System.nanoTime()).as("%d of %d rows", seen, rows).isLessThan(deadline);
      }
    }
  }

  /** Of each topic all values, partition by partition in their order. */
  private static Map<String, String> digests(Cluster cluster) throws Exception {
    Map<String, String> digests = new TreeMap<>();
    for (Topic<?> topic : ROWS) {
      List<byte[]> records = records(cluster, topic, true);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      records.forEach(digest::update);
      digests.put(topic.name(), records.size() + " " + HexFormat.of().formatHex(digest.digest()));
    }
    return digests;
  }

  private static List<byte[]> records(Cluster cluster, Topic<?> topic, boolean committed) {
    List<byte[]> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(cluster, committed)) {
      for (TopicPartition partition : partitions(consumer, topic.in(cluster.run()))) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end) {
          consumer.poll(Duration.ofMillis(200)).forEach(record -> records.add(record.value()));
        }
      }
    }
    return records;
  }

  private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    return IntStream.range(0, consumer.partitionsFor(topic).size())
        .mapToObj(number -> new TopicPartition(topic, number))
        .toList();
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Cluster cluster, boolean committed) {
    Map<String, Object> settings = cluster.clientSettings();
    settings.put("isolation.level", committed ? "read_committed" : "read_uncommitted");
    settings.put("fetch.max.wait.ms", 5);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
