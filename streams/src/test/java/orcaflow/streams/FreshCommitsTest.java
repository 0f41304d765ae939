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

  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final Duration FRESH = Duration.ofMillis(300);
  private static final long NOW = 1_000_000;

  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final FreshCommits commits = new FreshCommits(INTERVAL, FRESH);

  @BeforeEach
  void start() {
    context.setCurrentSystemTimeMs(NOW);
    commits.init(context);
  }

  @Test
  void asksOnceAnIntervalForTheCommitOfAFreshRecord() {
    read(NOW - FRESH.toMillis());
    assertThat(context.committed()).as("before the interval ends").isFalse();

    endInterval();
    assertThat(context.committed()).isTrue();

    context.resetCommit();
    endInterval();
    assertThat(context.committed()).as("nothing was read since").isFalse();
  }

  @Test
  void leavesABacklogToTheIntervalOfTransactions() {
    read(NOW);
    read(NOW - FRESH.toMillis() - 1);

    endInterval();

    assertThat(context.committed()).isFalse();
  }

  @Test
  void aClockThatIsAheadMakesNoRecordFresh() {
    read(NOW + FRESH.toMillis() + 1);

    endInterval();

    assertThat(context.committed()).isFalse();
  }

  @Test
  void looksOnceAnInterval() {
    assertThat(context.scheduledPunctuators())
        .extracting(CapturedPunctuator::getInterval)
        .containsExactly(INTERVAL);
  }

  private void read(long timestamp) {
    commits.process(new Record<String, SpecificRecord>("p", null, timestamp));
  }

  private void endInterval() {
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(NOW);
  }
}
