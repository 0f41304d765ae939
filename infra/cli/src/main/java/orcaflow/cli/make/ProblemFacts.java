package orcaflow.cli.make;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.Problem;
import orcaflow.events.SolutionStatus;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.VerdictValue;

/** What is known of one problem, whatever came first. */
final class ProblemFacts {

  private final Map<String, VerdictValue> verdicts = new HashMap<>();
  private Optional<Problem> problem = Optional.empty();
  private Optional<TeacherSolution> solution = Optional.empty();
  private Optional<String> policy = Optional.empty();
  private boolean unsolvable;
  private boolean unsampled;
  private int sampled;

  void count(Problem event) {
    problem = Optional.of(event);
  }

  void count(TeacherSolution event) {
    solution = Optional.of(event);
  }

  void count(StudentRollout event) {
    sampled += event.getCompletions().size();
  }

  void count(GradedRollout event) {
    policy = Optional.of(event.getPolicyVersion());
    for (GradedCompletion each : event.getCompletions()) {
      verdicts.put(each.getRolloutId(), each.getVerdict());
    }
  }

  /** The teacher's stage is finished with it, without a solution or not. */
  void solvable(boolean yes) {
    unsolvable = !yes;
  }

  /** The student's stage is finished with it, without rollouts or not. */
  void sampleable(boolean yes) {
    unsampled = !yes;
  }

  /** Decides as soon as what is known suffices. */
  Decision decide(Condition condition, Claims.Claim owner, long seedRow, boolean contested) {
    if (contested) {
      return new Decision.Refused("candidates with this question know different answers");
    }
    if (solution.isEmpty()) {
      return unsolvable ? new Decision.Refused("no solution") : new Decision.Open();
    }
    if (problem.isEmpty()) {
      return new Decision.Open();
    }
    if (solution.get().getStatus() != SolutionStatus.USABLE) {
      return new Decision.Refused("no usable solution");
    }
    Optional<Boolean> holds = condition.holds(facts(owner));
    return holds
        .<Decision>map(
            yes ->
                yes
                    ? new Decision.Taken(row(owner, seedRow))
                    : new Decision.Refused("the condition does not hold"))
        .orElseGet(() -> unsampled ? new Decision.Refused("no rollouts") : new Decision.Open());
  }

  private Facts facts(Claims.Claim owner) {
    return new Facts(
        owner.agent(),
        owner.round(),
        Facts.words(problem.orElseThrow().getQuestion()),
        Facts.words(solution.orElseThrow().getSolution()),
        allGraded() ? rollouts().rate() : OptionalDouble.empty());
  }

  private boolean allGraded() {
    return sampled > 0 && verdicts.size() >= sampled;
  }

  private AcceptedProblem.Verdicts rollouts() {
    return new AcceptedProblem.Verdicts(
        number(VerdictValue.MATCH), number(VerdictValue.MISMATCH), number(VerdictValue.UNDECIDED));
  }

  private int number(VerdictValue value) {
    return (int) verdicts.values().stream().filter(each -> each == value).count();
  }

  private AcceptedProblem row(Claims.Claim owner, long seedRow) {
    Problem asked = problem.orElseThrow();
    TeacherSolution solved = solution.orElseThrow();
    return new AcceptedProblem(
        asked.getId(),
        asked.getQuestion(),
        solved.getSolution(),
        Optional.ofNullable(solved.getExpectedAnswer())
            .or(() -> Optional.ofNullable(solved.getFinalAnswer())),
        rollouts().rate(),
        rollouts(),
        policy,
        owner.agent(),
        owner.round(),
        owner.seed(),
        seedRow,
        owner.parent());
  }
}
