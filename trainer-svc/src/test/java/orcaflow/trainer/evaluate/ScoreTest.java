package orcaflow.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.events.StyleScore;
import orcaflow.trainer.evaluate.AnsweringModel.Answer;
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
    score.add(0, answers("4 * 3 = 12 . 12 + 14 = 26 #### 26"));
    score.add(2, answers("#### 26"));
    score.add(3, answers("#### 27"));
    score.add(4, answers("#### apples"));
    score.add(1, List.of());

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
    score.add(1, answers("26", "27", "26"));
    score.add(0, answers("27", "26", "27"));

    assertThat(score.verdicts()).isEqualTo(new Verdicts("010101", 3));
    assertThat(score.verdicts().right()).containsExactly(1, 2);
  }

  @Test
  void anAnswerThatMayBeHalfANumberIsUndecided() {
    Score score = new Score(2, 1);
    score.add(0, List.of(GradedAnswer.of("26", new Answer("12 + 14 = 26 #### 26", true))));
    score.add(1, answers("12 + 14 = 26 #### 26"));
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
      one.add(question, answers(answer));
      four.add(question, answers(answer, answer, answer, answer));
    }

    assertThat(four.accuracy()).isEqualTo(one.accuracy());
    assertThat(four.interval().low()).isCloseTo(one.interval().low(), within(0.02));
    assertThat(four.interval().high()).isCloseTo(one.interval().high(), within(0.02));
  }

  /** Ten families of four variants, each all right or all wrong: as from ten questions. */
  @Test
  void variantsOfAProblemDoNotCountAsSeveralQuestions() {
    Score one = new Score(10, 1);
    Score four = new Score(IntStream.range(0, 40).map(i -> i - i % 4).toArray(), 1);
    for (int question = 0; question < 40; question++) {
      four.add(question, answers(question < 24 ? "26" : "27"));
      if (question % 4 == 0) {
        one.add(question / 4, answers(question < 24 ? "26" : "27"));
      }
    }

    assertThat(four.accuracy()).isEqualTo(one.accuracy());
    assertThat(four.interval().low()).isCloseTo(one.interval().low(), within(0.02));
    assertThat(four.families().orElseThrow()).startsWith(0, 0, 0, 0, 4, 4);
    assertThat(one.families()).isEmpty();
  }

  @Test
  void allRightHasAnInterval() {
    Score score = new Score(2, 2);
    score.add(0, answers("26", "26"));
    score.add(1, answers("26", "26"));

    assertThat(score.interval().low()).isBetween(0.3, 0.4);
  }

  private static List<GradedAnswer> answers(String... texts) {
    return Stream.of(texts).map(text -> GradedAnswer.of("26", new Answer(text, false))).toList();
  }
}
