package orcaflow.streams.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.Completion;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.SolutionStatus;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.AnswerMatcher;

/**
 * Which verdict a rollout gets. The reference is the answer known beforehand, else the teacher's if
 * its solution may teach; without a reference every rollout is undecided, and no judge is asked
 * because it would have nothing to compare with either.
 *
 * @param judge which rollouts a judge decides
 */
public record Grading(Judge judge) {

  private static final String JUDGED = "judge:";

  /** What the rollouts of a problem are compared with. */
  public static Optional<String> reference(TeacherSolution solution) {
    return Optional.ofNullable(solution.getExpectedAnswer())
        .or(
            () ->
                solution.getStatus() == SolutionStatus.USABLE
                    ? Optional.ofNullable(solution.getFinalAnswer())
                    : Optional.empty())
        .filter(answer -> !answer.isBlank());
  }

  /** What the judge is asked about a group: one request for each rollout it is to decide. */
  public List<VerdictRequest> questions(TeacherSolution solution, StudentRollout rollout) {
    List<VerdictRequest> requests = new ArrayList<>();
    for (GradedCompletion completion : byRule(solution, rollout)) {
      if (isJudged(solution, completion)) {
        requests.add(question(solution, rollout, completion));
      }
    }
    return requests;
  }

  /**
   * The group with one verdict for each rollout, once all of them are there.
   *
   * @param verdicts what the judge said so far, by rollout id
   */
  public Optional<GradedRollout> graded(
      TeacherSolution solution, StudentRollout rollout, Map<String, Verdict> verdicts) {
    List<GradedCompletion> completions = new ArrayList<>();
    for (GradedCompletion completion : byRule(solution, rollout)) {
      if (!isJudged(solution, completion)) {
        completions.add(completion);
      } else if (verdicts.containsKey(completion.getRolloutId())) {
        completions.add(judged(completion, verdicts.get(completion.getRolloutId())));
      } else {
        return Optional.empty();
      }
    }
    Optional<TeacherSolution> teacher =
        Optional.of(solution).filter(s -> s.getStatus() == SolutionStatus.USABLE);
    return Optional.of(
        GradedRollout.newBuilder()
            .setId(rollout.getId())
            .setProblemId(rollout.getProblemId())
            .setQuestion(rollout.getQuestion())
            .setIteration(rollout.getIteration())
            .setPolicyVersion(rollout.getPolicyVersion())
            .setReferenceAnswer(reference(solution).orElse(null))
            .setTeacherSolutionId(solution.getId())
            .setTeacherSolution(teacher.map(TeacherSolution::getSolution).orElse(null))
            .setTeacherLineage(teacher.map(TeacherSolution::getLineage).orElse(null))
            .setCompletions(completions)
            .setLineage(rollout.getLineage())
            .build());
  }

  private static List<GradedCompletion> byRule(TeacherSolution solution, StudentRollout rollout) {
    String reference = reference(solution).orElse(null);
    return rollout.getCompletions().stream()
        .map(completion -> byRule(reference, completion))
        .toList();
  }

  private static GradedCompletion byRule(String reference, Completion completion) {
    AnswerMatcher.Comparison comparison = AnswerMatcher.compare(reference, completion.getText());
    return GradedCompletion.newBuilder()
        .setRolloutId(completion.getId())
        .setIndex(completion.getIndex())
        .setText(completion.getText())
        .setAnswer(comparison.answer().orElse(null))
        .setVerdict(comparison.verdict())
        .setReason(comparison.reason())
        .build();
  }

  private boolean isJudged(TeacherSolution solution, GradedCompletion completion) {
    if (judge == Judge.OFF || reference(solution).isEmpty()) {
      return false;
    }
    return judge == Judge.ALL || completion.getVerdict() == VerdictValue.UNDECIDED;
  }

  private static GradedCompletion judged(GradedCompletion completion, Verdict verdict) {
    return GradedCompletion.newBuilder(completion)
        .setVerdict(verdict.getVerdict())
        .setReason(JUDGED + verdict.getReason())
        .build();
  }

  private static VerdictRequest question(
      TeacherSolution solution, StudentRollout rollout, GradedCompletion completion) {
    return VerdictRequest.newBuilder()
        .setId(completion.getRolloutId())
        .setRequestId(rollout.getId())
        .setProblemId(rollout.getProblemId())
        .setQuestion(rollout.getQuestion())
        .setReferenceAnswer(reference(solution).orElse(null))
        .setTeacherSolution(
            solution.getStatus() == SolutionStatus.USABLE ? solution.getSolution() : null)
        .setCompletion(completion.getText())
        .setReason(completion.getReason())
        .setLineage(rollout.getLineage())
        .build();
  }
}
