package orcaflow.schemas.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicReaderTest {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final TopicPartition FIRST = new TopicPartition("run.problems", 0);
  private static final TopicPartition SECOND = new TopicPartition("run.problems", 1);

  private final MockConsumer<String, String> consumer = new MockConsumer<>("none");
  private final List<String> taken = new ArrayList<>();

  private record FixedEnds(Map<TopicPartition, Long> ends) implements LogEnds {
    @Override
    public Map<TopicPartition, Long> of(Collection<TopicPartition> partitions) {
      return ends;
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void hasTwoPartitions() {
    consumer.updatePartitions(FIRST.topic(), List.of(info(SECOND), info(FIRST)));
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
    consumer.updateEndOffsets(Map.of(FIRST, 0L, SECOND, 0L));
  }

  @Test
  void namesThePartitionsOfATopicInOrderAndNoneWhereThereIsNoTopic() {
    assertThat(reader().partitions(FIRST.topic())).containsExactly(FIRST, SECOND);
    assertThat(reader().partitions("run.elsewhere")).isEmpty();
  }

  @Test
  void readsFromAnOffsetUpToAnotherAndContinuesThere() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 1L));
    holds(FIRST, 6);

    reader.readTo(Map.of(FIRST, 4L), this::take);
    assertThat(taken).containsExactly("0-1", "0-2", "0-3");
    assertThat(reader.positions()).isEqualTo(Map.of(FIRST, 4L));

    holds(FIRST, 6);
    reader.readTo(Map.of(FIRST, 6L), this::take);
    assertThat(taken).containsExactly("0-1", "0-2", "0-3", "0-4", "0-5");
  }

  @Test
  void readsToTheCommittedEndsAndLeavesWhatComesAfterThemToTheNextReading() {
    consumer.updateEndOffsets(Map.of(FIRST, 2L, SECOND, 1L));
    TopicReader<String, String> reader = reader();
    reader.startAtBeginning(reader.partitions(FIRST.topic()));
    Map<TopicPartition, Long> ends = reader.committedEnds();
    holds(FIRST, 3);
    holds(SECOND, 3);

    reader.readTo(ends, this::take);
    assertThat(taken).containsExactlyInAnyOrder("0-0", "0-1", "1-0");

    holds(FIRST, 3);
    holds(SECOND, 3);
    reader.poll(Duration.ZERO, this::take);
    assertThat(taken).containsExactlyInAnyOrder("0-0", "0-1", "0-2", "1-0", "1-1", "1-2");
  }

  @Test
  void partitionsThatAreNotNamedStayWhereTheyAre() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 0L, SECOND, 0L));
    holds(FIRST, 2);
    holds(SECOND, 2);

    reader.readTo(Map.of(SECOND, 2L), this::take);

    assertThat(taken).containsExactly("1-0", "1-1");
    assertThat(reader.positions()).isEqualTo(Map.of(FIRST, 0L, SECOND, 2L));
  }

  @Test
  void waitsForWhatLiesBeforeTheEndOfTheLog() {
    TopicReader<String, String> reader =
        new TopicReader<>(consumer, new FixedEnds(Map.of(FIRST, 2L)), PATIENCE);
    reader.startAtBeginning(List.of(FIRST));
    consumer.scheduleNopPollTask();
    consumer.schedulePollTask(() -> holds(FIRST, 2));

    reader.readTo(reader.logEnds(), this::take);

    assertThat(taken).containsExactly("0-0", "0-1");
  }

  @Test
  void anEmptyTopicIsReadAtOnceAndSoIsNoTopic() {
    TopicReader<String, String> reader = reader();

    reader.startAtBeginning(reader.partitions(FIRST.topic()));
    reader.readTo(reader.committedEnds(), this::take);
    reader.startAtBeginning(reader.partitions("run.elsewhere"));
    reader.readTo(reader.committedEnds(), this::take);

    assertThat(taken).isEmpty();
    assertThat(reader.logEnds()).isEmpty();
  }

  @Test
  void reportsHowFarEachPartitionIsRead() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 0L));
    holds(FIRST, 5);
    consumer.setMaxPollRecords(2);
    List<Long> reached = new ArrayList<>();

    reader.readTo(
        Map.of(FIRST, 3L),
        new TopicReader.Receiver<>() {
          @Override
          public void take(ConsumerRecord<String, String> record) {
            taken.add(record.value());
          }

          @Override
          public void reached(TopicPartition partition, long position) {
            reached.add(position);
          }
        });

    assertThat(reached).containsExactly(2L, 3L);
    assertThat(taken).containsExactly("0-0", "0-1", "0-2");
  }

  @Test
  void namesTheRecordsThatWereRemoved() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 3L));
    consumer.updateBeginningOffsets(Map.of(FIRST, 7L));
    consumer.updateEndOffsets(Map.of(FIRST, 9L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(FIRST, 3L)));

    OffsetGap gap =
        catchThrowableOfType(OffsetGap.class, () -> reader.readTo(Map.of(FIRST, 9L), this::take));

    assertThat(gap).hasMessage("run.problems, partition 0: offsets 3 to 7 are no longer there");
    assertThat(gap.partition()).isEqualTo(FIRST);
    assertThat(gap.wanted()).isEqualTo(3);
    assertThat(gap.first()).isEqualTo(7);
  }

  @Test
  void saysThatTheLogEndsBeforeAnOffset() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 50L));
    consumer.updateEndOffsets(Map.of(FIRST, 9L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(FIRST, 50L)));

    assertThatThrownBy(() -> reader.poll(Duration.ZERO, this::take))
        .isInstanceOf(OffsetGap.class)
        .hasMessage("run.problems, partition 0: offset 50 is not there, the log ends at 9");
  }

  @Test
  void losesPatienceWhenNothingComes() {
    TopicReader<String, String> reader =
        new TopicReader<>(consumer, new FixedEnds(Map.of()), Duration.ZERO);
    reader.start(Map.of(FIRST, 0L));
    holds(FIRST, 2);

    assertThatThrownBy(() -> reader.readTo(Map.of(FIRST, 3L), this::take))
        .isInstanceOf(ReadStalled.class)
        .hasMessage("run.problems, partition 0: nothing came after offset 2 for 0 s");
    assertThat(taken).containsExactly("0-0", "0-1");
  }

  @Test
  void endsBetweenPollsWhenItIsStopped() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 0L));
    holds(FIRST, 3);
    consumer.setMaxPollRecords(1);

    assertThat(reader.readTo(Map.of(FIRST, 3L), () -> taken.size() == 2, this::take)).isFalse();
    assertThat(taken).containsExactly("0-0", "0-1");
    assertThat(reader.readTo(Map.of(FIRST, 3L), () -> false, this::take)).isTrue();
    assertThat(taken).containsExactly("0-0", "0-1", "0-2");
  }

  @Test
  void canBeWokenUp() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 0L));
    reader.wakeup();

    assertThatThrownBy(() -> reader.readTo(Map.of(FIRST, 1L), this::take))
        .isInstanceOf(WakeupException.class);
  }

  @Test
  void handsOverAgainWhatWasNotTaken() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 0L));
    holds(FIRST, 2);

    assertThatThrownBy(
            () ->
                reader.readTo(
                    Map.of(FIRST, 2L),
                    record -> {
                      throw new IllegalArgumentException("not now");
                    }))
        .hasMessage("not now");
    holds(FIRST, 2);
    reader.readTo(Map.of(FIRST, 2L), this::take);

    assertThat(taken).containsExactly("0-0", "0-1");
  }

  @Test
  void waitsForTheRegistry() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 0L));
    holds(FIRST, 1);
    consumer.setPollException(unreadable(new ConnectException("refused")));

    reader.readTo(Map.of(FIRST, 1L), this::take);

    assertThat(taken).containsExactly("0-0");
  }

  @Test
  void doesNotWaitForTheRegistryForEver() {
    TopicReader<String, String> reader =
        new TopicReader<>(consumer, new FixedEnds(Map.of()), Duration.ZERO);
    reader.start(Map.of(FIRST, 0L));
    consumer.setPollException(unreadable(new ConnectException("refused")));

    assertThatThrownBy(() -> reader.readTo(Map.of(FIRST, 1L), this::take))
        .hasRootCauseInstanceOf(ConnectException.class);
  }

  @Test
  void aRecordThatIsNoEventEndsTheReading() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 0L));
    consumer.setPollException(unreadable(new IllegalArgumentException("no magic byte")));

    assertThatThrownBy(() -> reader.readTo(Map.of(FIRST, 1L), this::take))
        .isInstanceOf(RecordDeserializationException.class);
  }

  @Test
  void goesOnBehindWhatIsNoEventWhereTheReceiverSaysSo() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 0L));
    consumer.setPollException(unreadable(new IllegalArgumentException("no magic byte")));
    consumer.schedulePollTask(() -> holds(FIRST, 2));
    List<String> unreadable = new ArrayList<>();

    reader.readTo(
        Map.of(FIRST, 2L),
        TopicReader.Receiver.skipping(record -> unreadable.add(record.toString()), this::take));

    assertThat(unreadable)
        .containsExactly("run.problems partition 0 offset 0 cannot be read: no magic byte");
    assertThat(taken).containsExactly("0-1");
  }

  @Test
  void aRecordWithoutAValueIsNoEvent() {
    TopicReader<String, String> reader = reader();
    reader.start(Map.of(FIRST, 0L));
    consumer.updateEndOffsets(Map.of(FIRST, 1L));
    consumer.addRecord(new ConsumerRecord<>(FIRST.topic(), FIRST.partition(), 0, "key", null));
    List<UnreadableRecord> unreadable = new ArrayList<>();

    reader.readTo(Map.of(FIRST, 1L), TopicReader.Receiver.skipping(unreadable::add, this::take));

    assertThat(unreadable).extracting(UnreadableRecord::reason).containsExactly("it has no value");
    assertThat(taken).isEmpty();
  }

  private TopicReader<String, String> reader() {
    return new TopicReader<>(consumer, new FixedEnds(Map.of()), PATIENCE);
  }

  private void take(ConsumerRecord<String, String> record) {
    taken.add(record.value());
  }

  /**
   * The partition holds records 0 to {@code count}. Kafka's mock forgets records that were polled,
   * so they are put there again before a reading that continues.
   */
  private void holds(TopicPartition partition, int count) {
    consumer.updateEndOffsets(Map.of(partition, (long) count));
    for (int offset = 0; offset < count; offset++) {
      String value = partition.partition() + "-" + offset;
      consumer.addRecord(
          new ConsumerRecord<>(partition.topic(), partition.partition(), offset, value, value));
    }
  }

  private static RecordDeserializationException unreadable(Throwable cause) {
    return new RecordDeserializationException(FIRST, 0, "cannot be read", cause);
  }

  private static PartitionInfo info(TopicPartition partition) {
    return new PartitionInfo(partition.topic(), partition.partition(), null, null, null);
  }
}
