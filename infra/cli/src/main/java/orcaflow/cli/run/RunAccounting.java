package orcaflow.cli.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import orcaflow.events.Closing;
import orcaflow.events.Demonstration;
import orcaflow.events.Evaluation;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.GroupRole;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.OpenGroup;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Policy;
import orcaflow.events.PreferencePair;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.RolloutRequest;
import orcaflow.events.RunLogEntry;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.TrainingStep;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RolloutShare;
import orcaflow.streams.pair.Groups;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;

/**
 * The books of a run, kept by reading its topics: what came in, what became of it, what is still on
 * its way. An account is closed when every event seen has its consequence seen too: id by id, as
 * {@link IdMultiset}s compare. The topics may be read at different speeds and the conclusion still
 * holds: a set of seen events that contains all seeds and all consequences of its members is the
 * whole set.
 *
 * <p>Not thread-safe; the reader and those who ask share a lock.
 */
public final class RunAccounting {

  private static final String ASK = ExpansionRule.ASK_ME_ANYTHING;
  private static final String EDIT = ExpansionRule.SUGGEST_AND_EDIT;
  private static final String SOLVE = "solve";
  private static final String SAMPLE = "sample";
  private static final String DEMONSTRATE = "demonstrate";
  private static final String PAIR = "pair";
  private static final String CLOSE = "close";

  private final Recipe recipe;
  private final Pairing pairing;
  private final LabelCounts labels = new LabelCounts();
  private final Map<String, Long> rejected = new TreeMap<>();
  private final Map<VerdictValue, Long> verdicts = new TreeMap<>();
  private final Map<StageKey, StageTally> stages = new HashMap<>();
  private final Map<Integer, RolloutTally> rollouts = new TreeMap<>();
  private final Set<String> logged = new HashSet<>();
  private final Set<String> unsolvable = new HashSet<>();
  private final Map<String, Iteration> iterations = new HashMap<>();
  private final Map<Integer, Policy> policies = new TreeMap<>();
  private final List<Evaluation> evaluations = new ArrayList<>();
  private OptionalLong seeds = OptionalLong.empty();
  private Optional<TrainingStep> lastStep = Optional.empty();
  private long seedCandidates;
  private long demonstrations;
  private long labelledCompletions;
  private long preferencePairs;
  private final IdMultiset candidates = new IdMultiset();
  private final IdMultiset decided = new IdMultiset();
  private final Map<String, IdMultiset> children = new HashMap<>();
  private final IdMultiset problems = new IdMultiset();
  private final IdMultiset toAsk = new IdMultiset();
  private final IdMultiset toEdit = new IdMultiset();
  private final IdMultiset solved = new IdMultiset();
  private final IdMultiset solutions = new IdMultiset();
  private final IdMultiset demonstrated = new IdMultiset();

  public RunAccounting(Recipe recipe) {
    this.recipe = recipe;
    this.pairing = new Pairing(Labelling.named(recipe.labelling()));
  }

  private record StageKey(String stage, int iteration) {}

  /** What a stage is finished with: its inputs, and the problems of its inputs once per output. */
  private static final class StageTally {
    private final IdMultiset inputs = new IdMultiset();
    private final IdMultiset outputs = new IdMultiset();
    private long dead;
  }

  /** The rollouts of one iteration; problems are told by problem id, groups by the request's. */
  private static final class RolloutTally {
    private final IdMultiset due = new IdMultiset();
    private final IdMultiset requested = new IdMultiset();
    private final IdMultiset requests = new IdMultiset();
    private final IdMultiset groups = new IdMultiset();
    private final IdMultiset groupProblems = new IdMultiset();
    private final IdMultiset first = new IdMultiset();
    private final Set<String> unsampled = new HashSet<>();
    private final IdMultiset graded = new IdMultiset();
    private final IdMultiset gradedEvents = new IdMultiset();
    private final IdMultiset expectedOpen = new IdMultiset();
    private final IdMultiset openEvents = new IdMultiset();
    private final IdMultiset openGroups = new IdMultiset();
    private final IdMultiset completing = new IdMultiset();
    private final IdMultiset waiting = new IdMultiset();
    private final IdMultiset rows = new IdMultiset();
    private boolean told;
    private long completions;
  }

  /** All candidates that the seed file contributes are written: so many. */
  public void seeded(long count) {
    seeds = OptionalLong.of(count);
  }

  /** Counts one event of any topic. */
  public void count(Object event) {
    if (event instanceof ProblemCandidate candidate) {
      count(candidate);
    } else if (event instanceof Problem problem) {
      count(problem);
    } else if (event instanceof RejectedCandidate rejection) {
      rejected.merge(rejection.getReason(), 1L, Long::sum);
      decided.add(rejection.getCandidateId());
    } else if (event instanceof TeacherSolution solution) {
      solved.add(solution.getProblemId());
      solutions.add(solution.getId());
    } else if (event instanceof RolloutRequest request) {
      of(request.getIteration()).requested.add(request.getProblemId());
      of(request.getIteration()).requests.add(request.getId());
    } else if (event instanceof StudentRollout rollout) {
      count(rollout);
    } else if (event instanceof GradedRollout graded) {
      count(graded);
    } else if (event instanceof OpenGroup group) {
      count(group);
    } else if (event instanceof Closing closing) {
      of(closing.getIteration()).told = true;
    } else if (event instanceof Demonstration row) {
      count(row);
    } else if (event instanceof LabelledCompletion row) {
      of(row.getIteration()).rows.add(row.getProblemId());
      labels.count(row);
      labelledCompletions++;
    } else if (event instanceof PreferencePair row) {
      of(row.getIteration()).rows.add(row.getProblemId());
      labels.count(row);
      preferencePairs++;
    } else if (event instanceof StageOutcome outcome) {
      count(outcome);
    } else if (event instanceof Iteration iteration) {
      iterations.put(iteration.getName(), iteration);
    } else if (event instanceof Policy policy) {
      policies.put(policy.getIteration(), policy);
    } else if (event instanceof TrainingStep step) {
      lastStep = Optional.of(step);
    } else if (event instanceof Evaluation evaluation) {
      evaluations.add(evaluation);
    } else if (event instanceof RunLogEntry entry) {
      logged.add(entry.getId());
    }
  }

  private void count(ProblemCandidate candidate) {
    candidates.add(candidate.getId());
    if (candidate.getLineage().getParent() == null) {
      seedCandidates++;
    } else {
      childrenBy(candidate.getLineage().getAgent()).add(candidate.getLineage().getParent());
    }
  }

  private void count(Problem problem) {
    decided.add(problem.getCandidateId());
    problems.add(problem.getId());
    if (recipe.expansion().asksAbout(problem)) {
      toAsk.add(problem.getId());
    }
    if (recipe.expansion().edits(problem)) {
      toEdit.add(problem.getId());
    }
    for (int number = 1; number <= recipe.iterations().size(); number++) {
      if (isDue(problem.getId(), number)) {
        of(number).due.add(problem.getId());
      }
    }
  }

  private boolean isDue(String problemId, int iteration) {
    return iteration <= recipe.iterations().size()
        && recipe
            .iterations()
            .get(iteration - 1)
            .share()
            .filter(share -> new RolloutShare(share).is(problemId, iteration))
            .isPresent();
  }

  /** A row made of a rollout belongs to its iteration, one of a solution to none. */
  private void count(Demonstration row) {
    labels.count(row);
    if (row.getIteration() == 0) {
      demonstrated.add(row.getProblemId());
    } else {
      of(row.getIteration()).rows.add(row.getProblemId());
    }
    demonstrations++;
  }

  private void count(StudentRollout rollout) {
    RolloutTally tally = of(rollout.getIteration());
    tally.groups.add(rollout.getId());
    tally.groupProblems.add(rollout.getProblemId());
    tally.completions += rollout.getCompletions().size();
    boolean laterPart = rollout.getRequestId() != null;
    if (!laterPart) {
      tally.first.add(rollout.getId());
    }
  }

  private void count(GradedRollout graded) {
    RolloutTally tally = of(graded.getIteration());
    tally.gradedEvents.add(graded.getId());
    if (Groups.isFirst(graded)) {
      tally.graded.add(graded.getId());
    }
    pairing.open(graded).ifPresent(open -> tally.expectedOpen.add(open.getId()));
    for (GradedCompletion completion : graded.getCompletions()) {
      verdicts.merge(completion.getVerdict(), 1L, Long::sum);
    }
  }

  /** Each open group has an outcome of the stage close, but for those that only lend. */
  private void count(OpenGroup group) {
    RolloutTally tally = of(group.getIteration());
    tally.openEvents.add(group.getId());
    (group.getRole() == GroupRole.COMPLETES ? tally.completing : tally.openGroups)
        .add(group.getId());
    if (group.getRole() != GroupRole.LENDS) {
      tally.waiting.add(group.getId());
    }
  }

  private void count(StageOutcome outcome) {
    StageTally tally =
        stages.computeIfAbsent(
            new StageKey(outcome.getStage(), outcome.getIteration()), key -> new StageTally());
    tally.inputs.add(outcome.getInputId());
    tally.outputs.add(outcome.getProblemId(), outcome.getOutputs());
    if (outcome.getOutcome() == OutcomeKind.DEAD) {
      tally.dead++;
      if (outcome.getStage().equals(SOLVE)) {
        unsolvable.add(outcome.getProblemId());
      }
    }
    if (outcome.getStage().equals(SAMPLE) && outcome.getOutputs() == 0) {
      of(outcome.getIteration()).unsampled.add(outcome.getInputId());
    }
  }

  /**
   * Groups that are graded or never will be, as their problem has no solution. Which comes first,
   * the rollouts or the outcome that says so, depends on who reads which topic faster.
   */
  private IdMultiset gradedOrNever(int iteration) {
    RolloutTally tally = of(iteration);
    IdMultiset all = new IdMultiset();
    all.add(tally.graded);
    unsolvable.stream()
        .filter(problem -> isDue(problem, iteration))
        .map(problem -> Ids.request(problem, iteration))
        .filter(request -> !tally.unsampled.contains(request))
        .forEach(all::add);
    return all;
  }

  private RolloutTally of(int iteration) {
    return rollouts.computeIfAbsent(iteration, number -> new RolloutTally());
  }

  private StageTally stage(String name, int iteration) {
    return stages.getOrDefault(new StageKey(name, iteration), new StageTally());
  }

  private IdMultiset childrenBy(String agent) {
    return children.computeIfAbsent(agent, name -> new IdMultiset());
  }

  /** Whether every problem that will ever come of the seeds is admitted and solved. */
  public boolean productionClosed() {
    return seeds.isPresent()
        && seedCandidates == seeds.getAsLong()
        && candidates.same(decided)
        && stage(ASK, 0).inputs.same(toAsk)
        && stage(EDIT, 0).inputs.same(toEdit)
        && stage(ASK, 0).outputs.same(childrenBy(ASK))
        && stage(EDIT, 0).outputs.same(childrenBy(EDIT))
        && stage(SOLVE, 0).inputs.same(problems)
        && stage(SOLVE, 0).outputs.same(solved)
        && stage(DEMONSTRATE, 0).inputs.same(solutions)
        && stage(DEMONSTRATE, 0).outputs.same(demonstrated);
  }

  /** Whether all rollouts of an iteration (from 1) are requested, sampled and graded. */
  public boolean gradingClosed(int iteration) {
    RolloutTally tally = of(iteration);
    return productionClosed()
        && policies.containsKey(iteration - 1)
        && tally.requested.same(tally.due)
        && stage(SAMPLE, iteration).inputs.same(tally.requests)
        && stage(SAMPLE, iteration).outputs.same(tally.groupProblems)
        && gradedOrNever(iteration).same(tally.first)
        && stage(PAIR, iteration).inputs.same(tally.gradedEvents)
        && tally.openEvents.same(tally.expectedOpen);
  }

  /**
   * The groups of an iteration whose rows depend on one another, once all are there and nobody has
   * said yet that these are all.
   */
  public Optional<Open> toClose(int iteration) {
    RolloutTally tally = of(iteration);
    return gradingClosed(iteration) && tally.openGroups.size() > 0 && !tally.told
        ? Optional.of(
            new Open(tally.openGroups.size(), tally.openGroups.digest(), tally.completing.size()))
        : Optional.empty();
  }

  /** A set of open groups: how many, the sum of their ids, and how many complete one of them. */
  public record Open(long groups, String digest, long completions) {}

  /** Whether all rollouts of an iteration (from 1) are requested, sampled, graded and labelled. */
  public boolean rolloutsClosed(int iteration) {
    RolloutTally tally = of(iteration);
    IdMultiset rows = new IdMultiset();
    rows.add(stage(PAIR, iteration).outputs);
    rows.add(stage(CLOSE, iteration).outputs);
    return gradingClosed(iteration)
        && stage(CLOSE, iteration).inputs.same(tally.waiting)
        && rows.same(tally.rows);
  }

  /** The iteration of that name, once opened. */
  public Optional<Iteration> iteration(String name) {
    return Optional.ofNullable(iterations.get(name));
  }

  /** The policy that an iteration (from 1) ended with; of 0 the model that the run began with. */
  public Optional<Policy> policy(int iteration) {
    return Optional.ofNullable(policies.get(iteration));
  }

  /** The policies there are, in the order of their iterations. */
  public List<Policy> policies() {
    return List.copyOf(policies.values());
  }

  /** The evaluation of a policy in a mode, greedy or sampled. */
  public Optional<Evaluation> evaluation(String policyVersion, String mode) {
    return evaluations.stream()
        .filter(e -> e.getPolicyVersion().equals(policyVersion) && e.getMode().equals(mode))
        .findFirst();
  }

  /** How many evaluations there are. */
  public int evaluations() {
    return evaluations.size();
  }

  /** Whether the run log has that entry. */
  public boolean isLogged(String id) {
    return logged.contains(id);
  }

  /** The newest training step. */
  public Optional<TrainingStep> lastStep() {
    return lastStep;
  }

  /** Rows of training data by what they were made of. */
  public Labels labels() {
    return labels.labels();
  }

  /** The counts as the report shows them. */
  public Funnel funnel() {
    return new Funnel(
        candidates.size(),
        problems.size(),
        Map.copyOf(rejected),
        solutions.size(),
        rollouts.values().stream().mapToLong(tally -> tally.completions).sum(),
        new Funnel.Verdicts(
            verdicts.getOrDefault(VerdictValue.MATCH, 0L),
            verdicts.getOrDefault(VerdictValue.MISMATCH, 0L),
            verdicts.getOrDefault(VerdictValue.UNDECIDED, 0L)),
        demonstrations,
        labelledCompletions,
        preferencePairs,
        stages.values().stream().mapToLong(tally -> tally.dead).sum());
  }

  /** How far the making of problems is. */
  public Production production() {
    return new Production(
        seeds,
        candidates.size(),
        problems.size(),
        rejected.values().stream().mapToLong(Long::longValue).sum(),
        stage(SOLVE, 0).inputs.size(),
        stage(ASK, 0).inputs.size() + stage(EDIT, 0).inputs.size(),
        toAsk.size() + toEdit.size());
  }

  /** How far the rollouts of an iteration are, in problems. */
  public Sampling sampling(int iteration) {
    RolloutTally tally = of(iteration);
    return new Sampling(
        tally.due.size(), tally.requests.size(), tally.groups.size(), tally.graded.size());
  }

  /** Progress of production: seeds known, candidates, admitted, rejected, solved, expansions. */
  public record Production(
      OptionalLong seeds,
      long candidates,
      long admitted,
      long rejected,
      long solved,
      long expanded,
      long toExpand) {}

  /** Progress of the rollouts of one iteration, counted in problems. */
  public record Sampling(long due, long requested, long sampled, long graded) {}
}
