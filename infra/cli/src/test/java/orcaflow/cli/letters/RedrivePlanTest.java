package orcaflow.cli.letters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.cli.letters.Letter.Place;
import orcaflow.schemas.log.LetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedrivePlanTest {

  private static final String RUN = "main";
  private static final Place SOURCE = new Place("main.problems", 0, 7);

  private long next;

  @Test
  void theLettersOfOneRecordBecomeOneRecordThatTakesBackAllTheirOutcomes() {
    Letter solve = letter(source(7), LetterHeaders.STAGE, "solve", LetterHeaders.OUTCOME, "a");
    Letter ask = letter(source(7), LetterHeaders.STAGE, "ask", LetterHeaders.OUTCOME, "b");
    Letter streams = letter(source(7));
    Letter other = letter(source(8), LetterHeaders.STAGE, "solve", LetterHeaders.OUTCOME, "c");
    RedrivePlan plan = plan(List.of(solve, ask, streams, other));
    assertThat(plan.records())
        .extracting(RedrivePlan.Group::source)
        .containsExactly(SOURCE, place(8));
    assertThat(plan.records().get(0).letters()).containsExactly(solve, ask, streams);
    assertThat(plan.records().get(0).takesBack()).containsExactly("a", "b");
    assertThat(plan.records().get(0).times()).isEqualTo(1);
    assertThat(plan.letters()).isEqualTo(4);
    assertThat(plan.lettersByTopic()).isEqualTo(Map.of("main.problems", 4L));
    assertThat(plan.refused()).isEmpty();
  }

  @Test
  void aRecordThatWasRedrivenBeforeCountsOnAndTakesBackItsEarlierOutcomes() {
    Letter letter =
        letter(
            source(9),
            LetterHeaders.STAGE,
            "solve",
            LetterHeaders.OUTCOME,
            "second",
            LetterHeaders.TAKES_BACK,
            "first",
            LetterHeaders.REDRIVEN,
            "1");
    RedrivePlan.Group group = plan(List.of(letter)).records().get(0);
    assertThat(group.times()).isEqualTo(2);
    assertThat(group.takesBack()).containsExactly("first", "second");
  }

  @Test
  void whatIsRedrivenAlreadyIsPassedOver() {
    RedrivePlan plan = plan(List.of(letter(source(7)).markedRedriven()));
    assertThat(plan.records()).isEmpty();
    assertThat(plan.refused()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "main.nothing   | it came from main.nothing, which is no topic of run 'main'",
        "exp-a.problems | it came from exp-a.problems, which is no topic of run 'main'",
        "main.verdicts  | it came from main.verdicts, whose dead letters are elsewhere",
        "main.run-log   | it came from main.run-log, whose dead letters are elsewhere",
      })
  void aLetterOfATopicThatHasNoPlaceHereIsRefused(String topic, String why) {
    Letter letter =
        letter(
            Map.of(
                LetterHeaders.TOPIC,
                topic,
                LetterHeaders.PARTITION,
                "0",
                LetterHeaders.OFFSET,
                "1"));
    assertThat(plan(List.of(letter)).refused())
        .containsExactly(new RedrivePlan.Refused(letter, why));
    assertThat(plan(List.of(letter)).records()).isEmpty();
  }

  @Test
  void aLetterThatDoesNotNameItsRecordIsRefused() {
    Letter none = letter(Map.of());
    Letter half = letter(Map.of(LetterHeaders.TOPIC, "main.problems"));
    Letter odd =
        letter(
            Map.of(
                LetterHeaders.TOPIC,
                "main.problems",
                LetterHeaders.PARTITION,
                "x",
                LetterHeaders.OFFSET,
                "1"));
    assertThat(plan(List.of(none, half, odd)).refused())
        .hasSize(3)
        .allMatch(refused -> refused.why().equals("it does not name the record that it was"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refused              | true",
        "REFUSED              | true",
        "connectexception     | true",
        "Exception: refused   | true",
        "timeout              | false",
      })
  void theReasonIsTextOfTheCause(String reason, boolean takes) {
    Letter letter =
        letter(
            source(7),
            LetterHeaders.EXCEPTION,
            "java.net.ConnectException",
            LetterHeaders.MESSAGE,
            "refused");
    LetterFilter filter = new LetterFilter(Optional.of(reason));
    assertThat(filter.takes(letter)).isEqualTo(takes);
    assertThat(LetterFilter.ALL.takes(letter)).isTrue();
    assertThat(RedrivePlan.of(List.of(letter), filter, RUN).letters()).isEqualTo(takes ? 1 : 0);
  }

  @Test
  void lettersAreCountedByTopicStageAndKind() {
    String kind = "java.net.ConnectException";
    Letter one = letter(source(1), LetterHeaders.STAGE, "solve", LetterHeaders.EXCEPTION, kind);
    Letter two = letter(source(2), LetterHeaders.STAGE, "solve", LetterHeaders.EXCEPTION, kind);
    List<LetterCount> counts =
        LetterCount.of(List.of(two, one.markedRedriven(), letter(source(3))));
    assertThat(counts).hasSize(2);
    assertThat(counts.get(0).stage()).isEqualTo("solve");
    assertThat(counts.get(0).kind()).isEqualTo("ConnectException");
    assertThat(counts.get(0).open()).isEqualTo(1);
    assertThat(counts.get(0).redriven()).isEqualTo(1);
    assertThat(counts.get(0).oldest()).isEqualTo(one.time());
    assertThat(counts.get(0).newest()).isEqualTo(two.time());
    assertThat(counts.get(1).stage()).isEqualTo("streams");
  }

  private static RedrivePlan plan(List<Letter> letters) {
    return RedrivePlan.of(letters, LetterFilter.ALL, RUN);
  }

  private static Place place(long offset) {
    return new Place(SOURCE.topic(), SOURCE.partition(), offset);
  }

  private static Map<String, String> source(long offset) {
    return Map.of(
        LetterHeaders.TOPIC,
        SOURCE.topic(),
        LetterHeaders.PARTITION,
        "0",
        LetterHeaders.OFFSET,
        Long.toString(offset));
  }

  private Letter letter(Map<String, String> headers, String... more) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "main.problems.dlq",
            0,
            next,
            1_000 + next,
            org.apache.kafka.common.record.TimestampType.CREATE_TIME,
            0,
            0,
            new byte[0],
            new byte[0],
            new org.apache.kafka.common.header.internals.RecordHeaders(),
            Optional.empty());
    next++;
    headers.forEach((name, value) -> LetterHeaders.set(record.headers(), name, value));
    for (int i = 0; i < more.length; i += 2) {
      LetterHeaders.set(record.headers(), more[i], more[i + 1]);
    }
    return Letter.of(record);
  }
}
