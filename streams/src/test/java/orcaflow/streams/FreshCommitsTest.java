package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreshCommitsTest {

  private static final Duration INTERVAL = Duration.ofMillis(80);
  private static final Duration FRESH = Duration.ofMillis(300);
  private static final long START = 1_000_000;

  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final FreshCommits commits = new FreshCommits(INTERVAL, FRESH);

  /** With a commit at {@link #START}. */
  @BeforeEach
  void start() {
    commits.init(context);
    context.setCurrentSystemTimeMs(START);
    read(START);
    assertThat(committedAt(START)).isTrue();
  }

  @Test
  void asksOnceAnIntervalForTheCommitOfFreshRecordsThatKeepComing() {
    for (int millis = 10; millis < INTERVAL.toMillis(); millis += 10) {
      read(START - FRESH.toMillis());
      assertThat(committedAt(START + millis)).as("%d ms after the last commit", millis).isFalse();
    }

    read(START);
    assertThat(committedAt(START + 80)).isTrue();
    assertThat(committedAt(START + 160)).as("nothing was read since").isFalse();
  }

  @Test
  void asksAfterHalfAnIntervalWhenNoFurtherRecordHasCome() {
    read(START);
    assertThat(committedAt(START + 10)).as("a record has just come").isFalse();
    assertThat(committedAt(START + 30)).as("less than half an interval").isFalse();

    assertThat(committedAt(START + 40)).isTrue();
  }

  @Test
  void leavesABacklogToTheIntervalOfTransactions() {
    read(START);
    read(START - FRESH.toMillis() - 1);

    assertThat(committedAt(START + 80)).isFalse();
  }

  @Test
  void aClockThatIsAheadMakesNoRecordFresh() {
    read(START + FRESH.toMillis() + 1);

    assertThat(committedAt(START + 80)).isFalse();
  }

  @Test
  void looksSeveralTimesAnInterval() {
    assertThat(context.scheduledPunctuators())
        .extracting(CapturedPunctuator::getInterval)
        .containsExactly(Duration.ofMillis(10));
  }

  private void read(long timestamp) {
    commits.process(new Record<String, SpecificRecord>("p", null, timestamp));
  }

  private boolean committedAt(long now) {
    context.resetCommit();
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(now);
    return context.committed();
  }
}
