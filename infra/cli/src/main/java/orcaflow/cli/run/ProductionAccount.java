package orcaflow.cli.run;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import orcaflow.events.Demonstration;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.StageOutcome;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.IdMultiset;
import orcaflow.schemas.Stages;
import orcaflow.schemas.recipe.ExpansionRule;

/**
 * The making of problems, from seeds to demonstrations. It is closed when all seeds are in and
 * every event has its consequence:
 *
 * <ul>
 *   <li>a candidate is admitted or rejected;
 *   <li>a problem that an agent expands has the agent's outcome, and the candidates it counts;
 *   <li>a problem has the outcome of solve, and the solution it counts;
 *   <li>a solution has the outcome of demonstrate, and the demonstrations it counts.
 * </ul>
 */
final class ProductionAccount {

  static final String SOLVE = Stages.SOLVE;

  private static final String ASK = ExpansionRule.ASK_ME_ANYTHING;
  private static final String EDIT = ExpansionRule.SUGGEST_AND_EDIT;
  private static final String DEMONSTRATE = "demonstrate";

  private final ExpansionRule expansion;
  private final StageAccount ask = new StageAccount();
  private final StageAccount edit = new StageAccount();
  private final StageAccount solve = new StageAccount();
  private final StageAccount demonstrate = new StageAccount();
  private final Map<String, IdMultiset> parents = new TreeMap<>();
  private final Map<String, Long> rejected = new TreeMap<>();
  private final Map<String, Long> byStatus = new TreeMap<>();
  private OptionalLong seeds = OptionalLong.empty();
  private long seedCandidates;
  private IdMultiset candidates = IdMultiset.EMPTY;
  private IdMultiset decided = IdMultiset.EMPTY;
  private IdMultiset problems = IdMultiset.EMPTY;
  private IdMultiset toAsk = IdMultiset.EMPTY;
  private IdMultiset toEdit = IdMultiset.EMPTY;
  private IdMultiset solutions = IdMultiset.EMPTY;
  private IdMultiset solved = IdMultiset.EMPTY;
  private IdMultiset demonstrated = IdMultiset.EMPTY;

  ProductionAccount(ExpansionRule expansion) {
    this.expansion = expansion;
  }

  /** All candidates that the seed file contributes are written, and this is their number. */
  void seeded(long count) {
    seeds = OptionalLong.of(count);
  }

  void count(ProblemCandidate candidate) {
    candidates = candidates.with(candidate.getId());
    String parent = candidate.getLineage().getParent();
    if (parent == null) {
      seedCandidates++;
    } else {
      String agent = candidate.getLineage().getAgent();
      parents.put(agent, parentsBy(agent).with(parent));
    }
  }

  void count(RejectedCandidate rejection) {
    rejected.merge(rejection.getReason(), 1L, Long::sum);
    decided = decided.with(rejection.getCandidateId());
  }

  void count(Problem problem) {
    decided = decided.with(problem.getCandidateId());
    problems = problems.with(problem.getId());
    if (expansion.asksAbout(problem)) {
      toAsk = toAsk.with(problem.getId());
    }
    if (expansion.edits(problem)) {
      toEdit = toEdit.with(problem.getId());
    }
  }

  void count(TeacherSolution solution) {
    solutions = solutions.with(solution.getId());
    String status = solution.getStatus().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    byStatus.merge(status, 1L, Long::sum);
    solved = solved.with(solution.getProblemId());
  }

  /** A demonstration made of a solution. */
  void count(Demonstration row) {
    demonstrated = demonstrated.with(row.getProblemId());
  }

  /** An outcome of any stage that belongs to no iteration. */
  void count(StageOutcome outcome) {
    switch (outcome.getStage()) {
      case ASK -> ask.count(outcome);
      case EDIT -> edit.count(outcome);
      case SOLVE -> solve.count(outcome);
      case DEMONSTRATE -> demonstrate.count(outcome);
      default -> {}
    }
  }

  /** Whether every problem that will ever come of the seeds is admitted and solved. */
  boolean isClosed() {
    return seeds.isPresent()
        && seedCandidates == seeds.getAsLong()
        && candidates.equals(decided)
        && ask.turned(toAsk, parentsBy(ASK))
        && edit.turned(toEdit, parentsBy(EDIT))
        && solve.turned(problems, solved)
        && demonstrate.turned(solutions, demonstrated);
  }

  ProductionProgress progress() {
    return new ProductionProgress(
        seeds,
        candidates.size(),
        problems.size(),
        rejected.values().stream().mapToLong(Long::longValue).sum(),
        solve.inputs().size(),
        ask.inputs().size() + edit.inputs().size(),
        toAsk.size() + toEdit.size());
  }

  /** Rejected candidates by reason. */
  Map<String, Long> rejected() {
    return Map.copyOf(rejected);
  }

  /** The number of the teacher's solutions by their status. */
  Map<String, Long> solutionsByStatus() {
    return new TreeMap<>(byStatus);
  }

  /** The number of the teacher's solutions. */
  long solutions() {
    return solutions.size();
  }

  /** The problems that an agent made candidates of, once per candidate. */
  private IdMultiset parentsBy(String agent) {
    return parents.getOrDefault(agent, IdMultiset.EMPTY);
  }
}
