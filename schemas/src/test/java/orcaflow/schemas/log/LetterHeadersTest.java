package orcaflow.schemas.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class LetterHeadersTest {

  @Test
  void aRedrivenRecordHasTheHeadersOfTheOriginalAndNotTheCause() {
    Headers letter = letter("solve", "outcome-1");
    letter.add("trace-id", bytes("abc")).add("empty", null);
    Headers redriven = LetterHeaders.redriven(letter);
    assertThat(texts(redriven))
        .isEqualTo(
            Map.of(
                "trace-id",
                List.of("abc"),
                "empty",
                List.of("null"),
                LetterHeaders.REDRIVEN,
                List.of("1"),
                LetterHeaders.TAKES_BACK,
                List.of("outcome-1")));
  }

  @Test
  void aRecordThatIsRedrivenAgainTakesBackBothOutcomesAndCountsOn() {
    Headers again = LetterHeaders.redriven(letter("solve", "outcome-1"));
    again.add(LetterHeaders.OUTCOME, bytes("outcome-2")).add(LetterHeaders.STAGE, bytes("solve"));
    Headers redriven = LetterHeaders.redriven(again);
    assertThat(LetterHeaders.text(redriven, LetterHeaders.REDRIVEN)).contains("2");
    assertThat(LetterHeaders.takenBack(redriven))
        .containsExactlyInAnyOrder("outcome-1", "outcome-2");
    assertThat(LetterHeaders.text(redriven, LetterHeaders.STAGE)).isEmpty();
  }

  @Test
  void theLettersOfOneRecordTakeBackTheOutcomesOfAllStages() {
    Headers redriven = LetterHeaders.redriven(letter("solve", "a"), 3, List.of("a", "b", "c"));
    assertThat(LetterHeaders.takenBack(redriven)).containsExactly("a", "b", "c");
    assertThat(LetterHeaders.timesRedriven(redriven)).isEqualTo(3);
  }

  @Test
  void aLetterOfKafkaStreamsTakesBackNothingAndIsKnownAsRedriven() {
    Headers letter = new RecordHeaders().add(LetterHeaders.TOPIC, bytes("main.problems"));
    letter.add(LetterHeaders.MESSAGE, null);
    Headers redriven = LetterHeaders.redriven(letter);
    assertThat(LetterHeaders.takenBack(redriven)).isEmpty();
    assertThat(LetterHeaders.isRedriven(redriven)).isTrue();
    assertThat(LetterHeaders.isRedriven(letter)).isFalse();
    assertThat(LetterHeaders.text(letter, LetterHeaders.MESSAGE)).isEmpty();
  }

  @Test
  void whatIsNoNumberIsNone() {
    Headers headers = new RecordHeaders().add("n", bytes("12")).add("minus", bytes("-1"));
    headers.add("long", bytes("9".repeat(30)));
    assertThat(LetterHeaders.number(headers, "n")).contains(12L);
    assertThat(LetterHeaders.number(headers, "minus")).isEmpty();
    assertThat(LetterHeaders.number(headers, "long")).isEmpty();
    assertThat(LetterHeaders.number(headers, "none")).isEmpty();
    assertThat(LetterHeaders.number(LetterHeaders.mark(7), LetterHeaders.LETTER)).contains(7L);
  }

  private static Headers letter(String stage, String outcome) {
    Headers headers = new RecordHeaders();
    for (String name :
        List.of(
            LetterHeaders.EXCEPTION,
            LetterHeaders.MESSAGE,
            LetterHeaders.TRACE,
            LetterHeaders.TOPIC,
            LetterHeaders.PARTITION,
            LetterHeaders.OFFSET,
            LetterHeaders.ATTEMPTS)) {
      LetterHeaders.set(headers, name, "1");
    }
    LetterHeaders.set(headers, LetterHeaders.STAGE, stage);
    LetterHeaders.set(headers, LetterHeaders.OUTCOME, outcome);
    return headers;
  }

  private static Map<String, List<String>> texts(Headers headers) {
    Map<String, List<String>> texts = new TreeMap<>();
    headers.forEach(
        header ->
            texts.merge(
                header.key(),
                List.of(
                    header.value() == null
                        ? "null"
                        : new String(header.value(), StandardCharsets.UTF_8)),
                (one, other) ->
                    java.util.stream.Stream.concat(one.stream(), other.stream()).toList()));
    return texts;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
