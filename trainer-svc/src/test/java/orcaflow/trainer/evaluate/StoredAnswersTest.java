package orcaflow.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import orcaflow.events.Evaluation;
import orcaflow.trainer.evaluate.AnsweringModel.Answer;
import orcaflow.trainer.evaluate.statistics.MajorityAtK.Votes;
import org.junit.jupiter.api.Test;

class StoredAnswersTest {

  @Test
  void equalAnswersAreOneVoteEachForTheSame() {
    StoredAnswers stored =
        StoredAnswers.of(
                evaluation("1001" + "000?", 4, "7", "8", "8.0", "7 apples", "5", "", "5", "about"))
            .orElseThrow();

    assertThat(stored.questions())
        .containsExactly(new Votes(2, List.of(2), 0), new Votes(0, List.of(2, 1), 1));
    assertThat(stored.majorityAt(4)).as("a tie, and none right").isEqualTo(0.25);
    assertThat(stored.majorityAt(1)).as("pass@1").isCloseTo(0.25, within(1e-12));
  }

  @Test
  void whatAnEvaluationDoesNotKeepIsNotCounted() {
    assertThat(StoredAnswers.of(evaluation("10", 1))).as("one sample").isEmpty();
    Evaluation earlier = evaluation("10", 2, "1", "2");
    earlier = Evaluation.newBuilder(earlier).setAnswers(null).build();
    assertThat(StoredAnswers.of(earlier)).as("an earlier event").isEmpty();
    assertThat(StoredAnswers.of(evaluation("1010", 2, "1", "2"))).as("other lengths").isEmpty();
  }

  @Test
  void aScoreKeepsTheAnswersOfSeveralSamplesAlone() {
    Score several = new Score(2, 2);
    several.add(0, graded("#### 3", "#### 1,204"));
    several.add(1, graded("", "She went home."));
    assertThat(several.answers()).contains(List.of("3", "1,204", "", ""));

    Score one = new Score(1, 1);
    one.add(0, graded("#### 3"));
    assertThat(one.answers()).isEmpty();
  }

  private static List<GradedAnswer> graded(String... texts) {
    return Stream.of(texts).map(text -> GradedAnswer.of("3", new Answer(text, false))).toList();
  }

  private static Evaluation evaluation(String verdicts, int samples, String... answers) {
    return Evaluation.newBuilder()
        .setId("main-M1/held-out@1/sampled")
        .setPolicyVersion("main-M1")
        .setName("M1")
        .setBenchmark("held-out@1")
        .setMode("sampled")
        .setTemperature(0.7)
        .setTopP(0.95)
        .setN(verdicts.length())
        .setCorrect(0)
        .setUndecided(0)
        .setAccuracy(0)
        .setLow(0)
        .setHigh(1)
        .setStyles(List.of())
        .setSeconds(1)
        .setTime(Instant.EPOCH)
        .setSamples(samples)
        .setVerdicts(verdicts)
        .setAnswers(answers.length == 0 ? null : List.of(answers))
        .build();
  }
}
