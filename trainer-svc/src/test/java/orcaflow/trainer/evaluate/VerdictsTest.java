package orcaflow.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class VerdictsTest {

  @Test
  void pairsTheSameQuestions() {
    Verdicts first = new Verdicts("110?0", 1);

    assertThat(first.to(new Verdicts("10111", 1)))
        .hasValueSatisfying(
            paired -> {
              assertThat(paired.lost()).isEqualTo(1);
              assertThat(paired.gained()).isEqualTo(3);
            });
  }

  @Test
  void pairsNothingWithOtherQuestionsOrSamples() {
    Verdicts first = new Verdicts("1100", 2);

    assertThat(first.to(new Verdicts("1100", 1))).isEmpty();
    assertThat(first.to(new Verdicts("110011", 2))).isEmpty();
    assertThat(new Verdicts("", 1).to(new Verdicts("", 1))).isEmpty();
  }

  @Test
  void everyQuestionHasAllItsSamples() {
    assertThatThrownBy(() -> new Verdicts("110", 2)).hasMessage("3 answers, 2 to each question");
  }
}
