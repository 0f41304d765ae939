package orcaflow.streams.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.Map;
import java.util.Optional;
import orcaflow.events.Completion;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.events.VerdictValue;
import orcaflow.streams.Events;
import org.junit.jupiter.api.Test;

class GradingTest {

  private static final String QUESTION = "How many?";
  private static final TeacherSolution SEVEN = Events.solution(QUESTION, "7");
  private static final StudentRollout GROUP =
      Events.rollout(QUESTION, 2, "#### 7", "#### 8", "#### red", "I think so.");

  @Test
  void theMatchersWordIsFinalWithoutAJudge() {
    GradedRollout graded = grade(Judge.OFF, SEVEN, GROUP).orElseThrow();

    assertThat(graded.getId()).isEqualTo(GROUP.getId());
    assertThat(graded.getReferenceAnswer()).isEqualTo("7");
    assertThat(graded.getTeacherSolution()).isEqualTo(SEVEN.getSolution());
    assertThat(graded.getTeacherLineage().getModel()).isEqualTo("model-of-solve");
    assertThat(graded.getLineage().getModel()).isEqualTo("model-of-sample");
    assertThat(graded.getCompletions())
        .extracting(GradedCompletion::getAnswer, GradedCompletion::getVerdict)
        .startsWith(
            tuple("7", VerdictValue.MATCH),
            tuple("8", VerdictValue.MISMATCH),
            tuple("red", VerdictValue.UNDECIDED));
    assertThat(new Grading(Judge.OFF).questions(SEVEN, GROUP)).isEmpty();
  }

  @Test
  void whatTheLimitCutIsNoWrongAnswer() {
    StudentRollout cut =
        StudentRollout.newBuilder(GROUP)
            .setCompletions(
                GROUP.getCompletions().stream()
                    .map(each -> Completion.newBuilder(each).setFinishReason("length").build())
                    .toList())
            .build();
    assertThat(grade(Judge.OFF, SEVEN, cut).orElseThrow().getCompletions())
        .extracting(GradedCompletion::getVerdict, GradedCompletion::getReason)
        .containsOnly(tuple(VerdictValue.UNDECIDED, "cut-off"));
  }

  @Test
  void theAnswerKnownBeforehandIsTheReferenceEvenIfTheTeacherFailed() {
    TeacherSolution failed = Events.unusable(QUESTION, Optional.of("8"));
    GradedRollout graded = grade(Judge.OFF, failed, GROUP).orElseThrow();

    assertThat(graded.getReferenceAnswer()).isEqualTo("8");
    assertThat(graded.getTeacherSolution()).isNull();
    assertThat(graded.getTeacherLineage()).isNull();
    assertThat(graded.getTeacherSolutionId()).isEqualTo(failed.getId());
    assertThat(graded.getCompletions())
        .extracting(GradedCompletion::getVerdict)
        .startsWith(VerdictValue.MISMATCH, VerdictValue.MATCH);
  }

  @Test
  void withoutAReferenceAllIsUndecidedAndNobodyIsAsked() {
    TeacherSolution failed = Events.unusable(QUESTION, Optional.empty());
    GradedRollout graded = grade(Judge.ALL, failed, GROUP).orElseThrow();

    assertThat(graded.getReferenceAnswer()).isNull();
    assertThat(graded.getCompletions())
        .extracting(GradedCompletion::getVerdict, GradedCompletion::getReason)
        .containsOnly(tuple(VerdictValue.UNDECIDED, "no-reference"));
    assertThat(new Grading(Judge.ALL).questions(failed, GROUP)).isEmpty();
  }

  @Test
  void theJudgeIsAskedAboutUndecidedOnesOnly() {
    Grading grading = new Grading(Judge.UNDECIDED);
    String red = GROUP.getCompletions().get(2).getId();

    assertThat(grading.questions(SEVEN, GROUP)).extracting(VerdictRequest::getId).contains(red);
    assertThat(grading.questions(SEVEN, GROUP))
        .extracting(VerdictRequest::getId)
        .doesNotContain(
            GROUP.getCompletions().get(0).getId(), GROUP.getCompletions().get(1).getId());
    VerdictRequest question = grading.questions(SEVEN, GROUP).get(0);
    assertThat(question.getRequestId()).isEqualTo(GROUP.getId());
    assertThat(question.getReferenceAnswer()).isEqualTo("7");
    assertThat(question.getCompletion()).isEqualTo("#### red");
  }

  @Test
  void aGroupIsWrittenWhenItsLastVerdictIsIn() {
    StudentRollout group = Events.rollout(QUESTION, 2, "#### 7", "#### red");
    Grading grading = new Grading(Judge.ALL);
    Verdict first = Events.verdict(group, 0, VerdictValue.MISMATCH);
    Verdict second = Events.verdict(group, 1, VerdictValue.UNDECIDED);

    assertThat(grading.questions(SEVEN, group)).hasSize(2);
    assertThat(grading.graded(SEVEN, group, Map.of(first.getId(), first))).isEmpty();
    assertThat(
            grading
                .graded(SEVEN, group, Map.of(first.getId(), first, second.getId(), second))
                .orElseThrow()
                .getCompletions())
        .extracting(GradedCompletion::getVerdict, GradedCompletion::getReason)
        .containsExactly(
            tuple(VerdictValue.MISMATCH, "judge:said-so"),
            tuple(VerdictValue.UNDECIDED, "judge:said-so"));
  }

  private static Optional<GradedRollout> grade(
      Judge judge, TeacherSolution solution, StudentRollout group) {
    return new Grading(judge).graded(solution, group, Map.of());
  }
}
