package orcaflow.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import orcaflow.events.StyleScore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreTest {

  @ParameterizedTest
  @CsvSource({
    "'#### 26', BARE",
    "' #### 26 ', BARE",
    "26, BARE",
    "'4 * 3 = 12 . 12 + 14 = 26 #### 26', WORKED",
    "'He has 26 apples.', WORKED",
    "'', BARE",
  })
  void anAnswerIsWorkedWhenSomethingLeadsToIt(String answer, AnswerStyle style) {
    assertThat(AnswerStyle.of(answer)).isEqualTo(style);
  }

  @Test
  void countsByStyleAndCountsUndecidedAsWrong() {
    Score score = new Score(5, 1);
    score.add(0, 0, "26", "4 * 3 = 12 . 12 + 14 = 26 #### 26", false);
    score.add(2, 0, "26", "#### 26", false);
    score.add(3, 0, "26", "#### 27", false);
    score.add(4, 0, "26", "#### apples", false);
    score.unanswered(1);

    assertThat(score.n()).isEqualTo(5);
    assertThat(score.correct()).isEqualTo(2);
    assertThat(score.undecided()).isEqualTo(1);
    assertThat(score.accuracy()).isEqualTo(0.4);
    assertThat(score.styles())
        .containsExactly(new StyleScore("worked", 1, 1), new StyleScore("bare", 3, 1));
    assertThat(score.verdicts()).isEqualTo(new Verdicts("1010?", 1));
  }

  @Test
  void keepsTheVerdictsOnTheSamplesOfAQuestionTogether() {
    Score score = new Score(2, 3);
    score.add(1, 0, "26", "26", false);
    score.add(1, 2, "26", "26", false);
    score.add(0, 1, "26", "26", false);

    assertThat(score.verdicts()).isEqualTo(new Verdicts("010101", 3));
    assertThat(score.verdicts().right()).containsExactly(1, 2);
  }

  @Test
  void anAnswerThatMayBeHalfANumberIsUndecided() {
    Score score = new Score(2, 1);
    score.add(0, 0, "26", "12 + 14 = 26 #### 26", true);
    score.add(1, 0, "26", "12 + 14 = 26 #### 26", false);
    assertThat(score.correct()).isEqualTo(1);
    assertThat(score.undecided()).isEqualTo(1);
  }

  /** Ten questions, each all right or all wrong: as much is known as from ten answers. */
  @Test
  void severalSamplesOfAQuestionDoNotCountAsSeveralQuestions() {
    Score one = new Score(10, 1);
    Score four = new Score(10, 4);
    for (int question = 0; question < 10; question++) {
      String answer = question < 6 ? "26" : "27";
      one.add(question, 0, "26", answer, false);
      for (int sample = 0; sample < 4; sample++) {
        four.add(question, sample, "26", answer, false);
      }
    }

    assertThat(four.accuracy()).isEqualTo(one.accuracy());
    assertThat(four.interval().low()).isCloseTo(one.interval().low(), within(0.02));
    assertThat(four.interval().high()).isCloseTo(one.interval().high(), within(0.02));
  }

  @Test
  void allRightHasAnInterval() {
    Score score = new Score(2, 2);
    for (int i = 0; i < 4; i++) {
      score.add(i / 2, i % 2, "26", "26", false);
    }

    assertThat(score.interval().low()).isBetween(0.3, 0.4);
  }
}
