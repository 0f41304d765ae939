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

  @ParameterizedTest
  @CsvSource({
    "'Sorry for the short reply. 12 + 5 = 17.|#### 17', true",
    "'Sorry, the answer is 17.', true",
    "'Sorry, 3 friends cannot share 7 cats.', false",
    "'I am not able to do it for 7 cats.', false",
    "'I cannot do it.|#### 7', false",
  })
  void aTextThatBeginsAsARefusalNeedsAMarkedAnswer(String reply, boolean usable) {
    assertThat(SolutionRule.withAnswer(reply.replace('|', '\n')).value().isPresent())
        .isEqualTo(usable);
  }

  @ParameterizedTest
  @CsvSource({
    "#### 5, 4, true, false",
    "#### 4, 4, false, true",
    "#### 4, , false, false",
    "#### tea time, 4, false, false",
    "Who could say?, 4, false, false",
  })
  void contradictsAndAgrees(String text, String expected, boolean contradicts, boolean agrees) {
    Optional<String> known = Optional.ofNullable(expected);
    assertThat(SolutionRule.contradicts(text, known)).isEqualTo(contradicts);
    assertThat(SolutionRule.agrees(text, known)).isEqualTo(agrees);
  }

  @Test
  void asksAgainWhereThereIsNoAnswerButNotWhereThereIsTooMuch() {
    assertThat(SolutionRule.withAnswer("Who could say?").value()).isEmpty();
    assertThat(SolutionRule.withAnswer("words ".repeat(400)).value()).isPresent();
  }
}
