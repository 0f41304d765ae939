package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedRowTest {

  @Test
  void readsWhatARowMayHave() {
    assertThat(
            SeedRow.of(
                """
                {"id":"7","question":" How many? ","answer":12,"solution":"6*2","source":"s","split":"x"}"""))
        .isEqualTo(
            new SeedRow.Good(
                "question/answer",
                "How many?",
                Optional.of("12"),
                Optional.of("6*2"),
                Optional.of("s")));
    assertThat(SeedRow.of("{\"question\":\"q\",\"answer\":1e3}"))
        .isEqualTo(
            new SeedRow.Good(
                "question/answer", "q", Optional.of("1000"), Optional.empty(), Optional.empty()));
    assertThat(SeedRow.of("{\"question\":\"q\",\"answer\":null,\"solution\":\"\"}"))
        .isEqualTo(
            new SeedRow.Good(
                "question/answer", "q", Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1] | the row is not a JSON object",
        "{} | the row has no question",
        "{\"question\":\" \"} | the row has no question",
        "{\"question\":null} | the row has no question",
        "{\"question\":3} | question is 3, not a string",
        "{\"question\":\"q\",\"answer\":[1]} | answer is [1], not a string or a number",
        "{\"question\":\"q\",\"source\":true} | source is true, not a string",
      })
  void saysWhatIsWrong(String line, String defect) {
    assertThat(SeedRow.of(line)).isEqualTo(new SeedRow.Bad(defect));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"question\":\"q\"} {}",
        "{\"question\":\"q\",\"question\":\"r\"}",
        "question",
        "{\"question\":"
      })
  void whatIsNoJsonIsBad(String line) {
    assertThat(((SeedRow.Bad) SeedRow.of(line)).defect()).startsWith("the row is not JSON: ");
  }
}
