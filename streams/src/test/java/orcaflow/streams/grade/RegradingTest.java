package orcaflow.streams.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.Lineage;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import org.junit.jupiter.api.Test;

class RegradingTest {

  @Test
  void whatTheRulesOfThisBuildSeeOtherwiseMoves() {
    GradedCompletion right = completion(0, "#### 7", VerdictValue.MATCH, "equal", "7", false);
    GradedCompletion wrongly = completion(1, "#### 8", VerdictValue.MATCH, "equal", "8", false);
    GradedCompletion cut = completion(2, "So it is 7", VerdictValue.MATCH, "equal", "7", true);
    GradedRollout graded = group(3, right, wrongly, cut);

    Regrading now = Regrading.of(graded);

    assertThat(now.moved())
        .extracting(each -> each.before().getIndex(), each -> each.after().getVerdict())
        .containsExactly(tuple(1, VerdictValue.MISMATCH), tuple(2, VerdictValue.UNDECIDED));
    assertThat(now.group().getRulesVersion()).isEqualTo(AnswerMatcher.RULES_VERSION);
    assertThat(now.group().getCompletions().get(0)).isEqualTo(right);
    assertThat(now.group().getCompletions().get(1).getReason()).isEqualTo("different");
    assertThat(graded.getCompletions()).as("the stored event").containsExactly(right, wrongly, cut);
  }

  @Test
  void whatAJudgeDecidedStays() {
    GradedCompletion judged =
        completion(0, "#### 8", VerdictValue.MATCH, "judge:the same", "8", false);

    assertThat(Regrading.of(group(0, judged)).moved()).isEmpty();
  }

  private static GradedCompletion completion(
      int index, String text, VerdictValue verdict, String reason, String answer, boolean cut) {
    return GradedCompletion.newBuilder()
        .setRolloutId("rollout-" + index)
        .setIndex(index)
        .setText(text)
        .setVerdict(verdict)
        .setReason(reason)
        .setAnswer(answer)
        .setCut(cut)
        .build();
  }

  private static GradedRollout group(int rules, GradedCompletion... completions) {
    return GradedRollout.newBuilder()
        .setId("request")
        .setProblemId("problem")
        .setQuestion("How many?")
        .setIteration(2)
        .setPolicyVersion("M1")
        .setReferenceAnswer("7")
        .setTeacherSolutionId("solution")
        .setCompletions(List.of(completions))
        .setRulesVersion(rules)
        .setLineage(
            Lineage.newBuilder()
                .setSeed("seed")
                .setAgent("sample")
                .setRound(0)
                .setIndex(0)
                .setTime(Instant.EPOCH)
                .build())
        .build();
  }
}
