package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import orcaflow.schemas.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedSurveyTest {

  private static final String ROWS =
      """
      {"question":"a","answer":"3+1=<<3+1=4>>4\\n#### 4"}
      {"question":"b","answer":"5"}
      no json

      {"question":"c"}
      {"question":"d","solution":"So \\\\boxed{6}."}
      {"question":"e","answer":"proof"}
      """;

  @TempDir Path folder;

  @Test
  void saysWhatIsThereAndWhatIsBad() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), ROWS);
    SeedSurvey survey = SeedSurvey.of(SeedInput.of(file), OptionalLong.empty());
    assertThat(survey.kinds()).containsExactly("JSON Lines");
    assertThat(survey.forms()).isEqualTo(Map.of("GSM8K", 1L, "question/answer", 3L));
    assertThat(List.of(survey.rows(), survey.usable(), survey.bad())).containsExactly(6L, 4L, 2L);
    assertThat(List.of(survey.worked(), survey.answered(), survey.open()))
        .containsExactly(2L, 1L, 1L);
    assertThat(survey.firstBad())
        .hasSize(2)
        .satisfies(bad -> assertThat(bad.get(0)).startsWith(file + ":3: the row is not JSON: "))
        .last()
        .isEqualTo(file + ":7: the answer is 'proof': there is nothing to compare with");
  }

  @Test
  void readsNoMoreRowsThanTheLimitAndNoneThatAreHeldOut() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), ROWS);
    assertThat(SeedSurvey.of(SeedInput.of(file), OptionalLong.of(2)).rows()).isEqualTo(2);
    SeedInput left = SeedInput.of(file).without(Set.of(Ids.problem("A"), Ids.problem("c")));
    assertThat(SeedSurvey.of(left, OptionalLong.empty()).rows()).isEqualTo(4);
  }
}
