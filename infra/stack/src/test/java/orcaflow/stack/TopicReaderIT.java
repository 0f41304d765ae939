package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.OffsetGap;
import orcaflow.schemas.log.ReadStalled;
import orcaflow.schemas.log.TopicReader;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicReaderIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir static Path dir;
  static Broker broker;
  static Probe probe;
  static Cluster cluster;

  private final List<String> taken = new ArrayList<>();

  @BeforeAll
  static void start() {
    broker = Broker.start(dir);
    probe = new Probe(broker.bootstrap());
    cluster = new Cluster(broker.bootstrap(), "mock://none", "reader");
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void readsWhatIsCommittedAndNothingElse() {
    probe.createTopic("ended", 2);
    probe.commit("ended", List.of("a", "b", "c"));
    probe.abort("ended", List.of("d"));
    try (TopicReader<String, String> reader = reader(LONG)) {
      reader.startAtBeginning(reader.partitions("ended"));
      Map<TopicPartition, Long> ends = reader.committedEnds();

      reader.readTo(ends, this::take);

      assertThat(taken).containsExactlyInAnyOrder("a", "b", "c");
      assertThat(reader.positions()).isEqualTo(ends);
    }
  }

  @Test
  void continuesWhereItEnded() {
    probe.createTopic("followed", 1);
    probe.commit("followed", List.of("a"));
    try (TopicReader<String, String> reader = reader(LONG)) {
      reader.startAtBeginning(reader.partitions("followed"));
      Map<TopicPartition, Long> ends = reader.committedEnds();
      probe.commit("followed", List.of("b"));
      reader.readTo(ends, this::take);
      assertThat(taken).containsExactly("a");

      reader.readTo(reader.logEnds(), this::take);
      assertThat(taken).containsExactly("a", "b");

      probe.commit("followed", List.of("c"));
      while (taken.size() < 3) {
        reader.poll(Duration.ofSeconds(1), this::take);
      }
      assertThat(taken).containsExactly("a", "b", "c");
    }
  }

  @Test
  void anEmptyTopicHasNothingToReadAndAMissingOneHasNoPartitions() {
    probe.createTopic("empty", 3);
    try (TopicReader<String, String> reader = reader(LONG)) {
      reader.startAtBeginning(reader.partitions("empty"));
      reader.readTo(reader.committedEnds(), this::take);
      reader.readTo(reader.logEnds(), this::take);
      assertThat(taken).isEmpty();
      assertThat(reader.positions()).hasSize(3);
      assertThat(reader.partitions("missing")).isEmpty();
    }
  }

  @Test
  void namesWhatWasRemovedAndWhatWasNeverThere() throws Exception {
    probe.createTopic("cut", 1);
    probe.commit("cut", List.of("a", "b", "c", "d", "e"));
    TopicPartition partition = new TopicPartition("cut", 0);
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3))).all().get();
    }
    try (TopicReader<String, String> reader = reader(LONG)) {
      reader.start(Map.of(partition, 1L));
      OffsetGap gap =
          catchThrowableOfType(
              OffsetGap.class, () -> reader.readTo(reader.committedEnds(), this::take));
      assertThat(gap).hasMessage("cut, partition 0: offsets 1 to 3 are no longer there");
      assertThat(gap.first()).isEqualTo(3);

      reader.start(Map.of(partition, 99L));
      assertThatThrownBy(() -> reader.readTo(Map.of(partition, 100L), this::take))
          .isInstanceOf(OffsetGap.class)
          .hasMessage("cut, partition 0: offset 99 is not there, the log ends at 6");

      reader.startAtBeginning(List.of(partition));
      reader.readTo(reader.committedEnds(), this::take);
      assertThat(taken).containsExactly("d", "e");
    }
  }

  @Test
  void waitsForAnOpenTransactionOnTheWayToTheEndOfTheLog() throws Exception {
    probe.createTopic("open", 1);
    probe.commit("before", "open", List.of("a"));
    probe.leaveOpen("undecided", "open", List.of("b"));
    try (TopicReader<String, String> reader = reader(SHORT)) {
      List<TopicPartition> partitions = reader.partitions("open");
      reader.startAtBeginning(partitions);
      reader.readTo(reader.committedEnds(), this::take);
      assertThat(taken).containsExactly("a");
      assertThatThrownBy(() -> reader.readTo(reader.logEnds(), this::take))
          .isInstanceOf(ReadStalled.class)
          .hasMessage("open, partition 0: nothing came after offset 2 for 1 s");
    }
    try (TopicReader<String, String> reader = reader(LONG)) {
      reader.startAtBeginning(reader.partitions("open"));
      Map<TopicPartition, Long> ends = reader.logEnds();
      // A writer of the same name ends the open transaction, so the reading may end.
      CompletableFuture<Void> decided =
          CompletableFuture.runAsync(
              () -> probe.commit("undecided", "open", List.of("c")),
              CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
      taken.clear();
      reader.readTo(ends, this::take);
      decided.get();
      assertThat(taken).containsExactly("a");
    }
  }

  @Test
  void findsTheFirstRecordOfATime() {
    probe.createTopic("timed", 1);
    probe.commit("timed", List.of("a"));
    try (TopicReader<String, String> reader = reader(LONG)) {
      List<TopicPartition> partitions = reader.partitions("timed");
      reader.startAtBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.committedEnds();

      assertThat(reader.at(Instant.EPOCH, ends)).isEqualTo(Map.of(partitions.get(0), 0L));
      assertThat(reader.at(Instant.now().plusSeconds(60), ends)).isEqualTo(ends);
    }
  }

  @Test
  void canBeWokenUpFromAnotherThread() {
    probe.createTopic("quiet", 1);
    try (TopicReader<String, String> reader = reader(LONG)) {
      TopicPartition partition = reader.partitions("quiet").get(0);
      reader.start(Map.of(partition, 0L));
      CompletableFuture.runAsync(
          reader::wakeup, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
      assertThatThrownBy(() -> reader.readTo(Map.of(partition, 1L), this::take))
          .isInstanceOf(WakeupException.class);
    }
  }

  private void take(ConsumerRecord<String, String> record) {
    taken.add(record.value());
  }

  private static TopicReader<String, String> reader(Duration patience) {
    return new TopicReader<>(
        cluster,
        ClientSettings.reader(cluster),
        new StringDeserializer(),
        new StringDeserializer(),
        patience);
  }
}
