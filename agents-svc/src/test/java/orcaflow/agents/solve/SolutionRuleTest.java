package orcaflow.agents.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import orcaflow.events.SolutionStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SolutionRuleTest {

  @ParameterizedTest
  @CsvSource({
    "'2 + 2 = 4.|#### 4', , USABLE, 4",
    "'2 + 2 = 4.|#### 4', 4, USABLE, 4",
    "'2 + 2 = 4.|#### 4', 4.0, USABLE, 4",
    "'2 + 2 = 5.|#### 5', 4, CONTRADICTS_EXPECTED, 5",
    "'Who could say?', , NO_ANSWER, ",
    "'Who could say?', 4, NO_ANSWER, ",
  })
  void judges(String solution, String expected, SolutionStatus status, String answer) {
    SolutionRule.Judgement judged =
        SolutionRule.judge(solution.replace('|', '\n'), Optional.ofNullable(expected));
    assertThat(judged.status()).isEqualTo(status);
    assertThat(judged.finalAnswer()).isEqualTo(Optional.ofNullable(answer));
    assertThat(judged.reason().isEmpty()).isEqualTo(status == SolutionStatus.USABLE);
  }

  @Test
  void dropsASolutionOverTheLimitWhateverItSays() {
    String filler = "So we count. ".repeat(200);
    String exact = filler.substring(0, SolutionRule.MAX_CHARACTERS - 7) + "\n#### 4";
    assertThat(SolutionRule.judge(exact, Optional.of("4")).status())
        .isEqualTo(SolutionStatus.USABLE);
    assertThat(SolutionRule.judge("x" + exact, Optional.of("4")).status())
        .isEqualTo(SolutionStatus.TOO_LONG);
  }

  @Test
  void asksAgainWhereThereIsNoAnswerButNotWhereThereIsTooMuch() {
    assertThat(SolutionRule.withAnswer("Who could say?").value()).isEmpty();
    assertThat(SolutionRule.withAnswer("words ".repeat(400)).value()).isPresent();
  }
}
