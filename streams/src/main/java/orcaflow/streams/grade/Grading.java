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
import orcaflow.schemas.FinishReason;
import orcaflow.schemas.Ids;
import orcaflow.schemas.answer.AnswerMatcher;

/**
 * Which verdict a rollout gets. The reference is the expected answer of the problem, else the
 * teacher's answer if its solution is usable. Without a reference every rollout is undecided, and
 * no judge is asked because it would have nothing to compare with either.
 *
 * @param judge which rollouts a judge decides
 */
public record Grading(Judge judge) {

  /** The reason of a verdict that a judge gave begins with this. */
  public static final String JUDGED = "judge:";

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

  /** Whether there is something that the rollouts of the problem can be compared with. */
  public static boolean hasReference(TeacherSolution solution) {
    return reference(solution).isPresent();
  }

  /** The judge's questions about a group: one request for each rollout that the judge decides. */
  public List<VerdictRequest> questions(TeacherSolution solution, StudentRollout rollout) {
    if (judge == Judge.OFF || !hasReference(solution)) {
      return List.of();
    }
    List<VerdictRequest> requests = new ArrayList<>();
    for (GradedCompletion completion : matched(solution, rollout)) {
      if (isJudged(solution, completion)) {
        requests.add(question(solution, rollout, completion));
      }
    }
    return requests;
  }

  /**
   * Those rollouts of the group whose verdict is final.
   *
   * @param verdicts the judge's verdicts so far, by rollout id
   */
  public List<GradedCompletion> decided(
      TeacherSolution solution, StudentRollout rollout, Map<String, Verdict> verdicts) {
    List<GradedCompletion> decided = new ArrayList<>();
    for (GradedCompletion completion : matched(solution, rollout)) {
      if (!isJudged(solution, completion)) {
        decided.add(completion);
      } else if (verdicts.containsKey(completion.getRolloutId())) {
        decided.add(judged(completion, verdicts.get(completion.getRolloutId())));
      }
    }
    return decided;
  }

  /** The group with one verdict for each rollout, once all of them are there. */
  public Optional<GradedRollout> graded(
      TeacherSolution solution, StudentRollout rollout, Map<String, Verdict> verdicts) {
    List<GradedCompletion> decided = decided(solution, rollout, verdicts);
    return decided.size() == rollout.getCompletions().size()
        ? Optional.of(event(solution, rollout, decided, 0, Optional.empty()))
        : Optional.empty();
  }

  /**
   * An event of a group.
   *
   * @param completions rollouts that no earlier event of the group had
   * @param revision 0 for the group's first event
   * @param missing what the group lacks with this event
   */
  public GradedRollout event(
      TeacherSolution solution,
      StudentRollout rollout,
      List<GradedCompletion> completions,
      int revision,
      Optional<String> missing) {
    Optional<TeacherSolution> teacher =
        Optional.of(solution).filter(s -> s.getStatus() == SolutionStatus.USABLE);
    String request = request(rollout);
    return new GradedRollout(
        Ids.revision(request, revision),
        rollout.getProblemId(),
        rollout.getQuestion(),
        rollout.getIteration(),
        rollout.getPolicyVersion(),
        reference(solution).orElse(null),
        solution.getId(),
        teacher.map(TeacherSolution::getSolution).orElse(null),
        completions,
        rollout.getLineage(),
        teacher.map(TeacherSolution::getLineage).orElse(null),
        revision == 0 ? null : request,
        revision,
        rollout.getSamples(),
        missing.orElse(null),
        AnswerMatcher.RULES_VERSION);
  }

  /** Id of the request that the event answers, wholly or in part. */
  public static String request(StudentRollout rollout) {
    return Optional.ofNullable(rollout.getRequestId()).orElse(rollout.getId());
  }

  private static List<GradedCompletion> matched(TeacherSolution solution, StudentRollout rollout) {
    String reference = reference(solution).orElse(null);
    return rollout.getCompletions().stream()
        .map(completion -> matched(reference, completion))
        .toList();
  }

  private static GradedCompletion matched(String reference, Completion completion) {
    boolean cut = completion.getFinishReason().equals(FinishReason.LENGTH);
    AnswerMatcher.Comparison comparison =
        AnswerMatcher.compare(reference, completion.getText(), cut);
    return GradedCompletion.newBuilder()
        .setRolloutId(completion.getId())
        .setIndex(completion.getIndex())
        .setText(completion.getText())
        .setAnswer(comparison.answer().orElse(null))
        .setVerdict(comparison.verdict())
        .setReason(comparison.reason())
        .setCut(cut)
        .setTokens(completion.getTokens())
        .build();
  }

  private boolean isJudged(TeacherSolution solution, GradedCompletion completion) {
    if (judge == Judge.OFF || !hasReference(solution)) {
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
        .setRequestId(request(rollout))
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
