package orcaflow.cli.preview;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.events.Demonstration;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.StageOutcome;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictRequest;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

/** What the short run of a preview has written. */
record PreviewEvents(
    List<ProblemCandidate> candidates,
    List<RejectedCandidate> rejected,
    List<Problem> problems,
    List<TeacherSolution> solutions,
    List<VerdictRequest> verdictRequests,
    List<GradedRollout> graded,
    List<StageOutcome> outcomes,
    List<Demonstration> demonstrations,
    List<LabelledCompletion> labelled,
    List<PreferencePair> pairs) {

  static PreviewEvents of(Cluster cluster) {
    return new PreviewEvents(
        CommittedTopic.all(cluster, Topics.PROBLEM_CANDIDATES),
        CommittedTopic.all(cluster, Topics.REJECTED_CANDIDATES),
        CommittedTopic.all(cluster, Topics.PROBLEMS),
        CommittedTopic.all(cluster, Topics.TEACHER_SOLUTIONS),
        CommittedTopic.all(cluster, Topics.VERDICT_REQUESTS),
        CommittedTopic.all(cluster, Topics.GRADED_ROLLOUTS),
        CommittedTopic.all(cluster, Topics.STAGE_OUTCOMES),
        CommittedTopic.all(cluster, Topics.DEMONSTRATIONS),
        CommittedTopic.all(cluster, Topics.LABELLED_COMPLETIONS),
        CommittedTopic.all(cluster, Topics.PREFERENCE_PAIRS));
  }

  Optional<Problem> problemOf(ProblemCandidate candidate) {
    return problems.stream()
        .filter(problem -> problem.getCandidateId().equals(candidate.getId()))
        .findFirst();
  }

  /** Admitted, or why not. */
  String fate(ProblemCandidate candidate) {
    return rejected.stream()
        .filter(each -> each.getCandidateId().equals(candidate.getId()))
        .findFirst()
        .map(each -> "%s: %s".formatted(each.getReason(), each.getEvidence()))
        .orElse("admitted");
  }

  Optional<TeacherSolution> solutionOf(String problem) {
    return solutions.stream().filter(each -> each.getProblemId().equals(problem)).findFirst();
  }

  /** The outcome of a stage about a problem, where the stage gave a reason. */
  Optional<String> reason(String stage, String problem) {
    return outcomes.stream()
        .filter(each -> each.getStage().equals(stage) && each.getProblemId().equals(problem))
        .flatMap(each -> Optional.ofNullable(each.getReason()).stream())
        .findFirst();
  }

  /** What an agent made of a problem. */
  List<ProblemCandidate> children(String agent, String problem) {
    return candidates.stream()
        .filter(
            each ->
                each.getLineage().getAgent().equals(agent)
                    && problem.equals(each.getLineage().getParent()))
        .sorted(Comparator.comparingInt(each -> each.getLineage().getIndex()))
        .toList();
  }
}
