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
import orcaflow.events.Demonstration;
import orcaflow.events.Evaluation;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
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
import orcaflow.schemas.Due;
import orcaflow.schemas.Expansion;
import orcaflow.schemas.Recipe;

/**
 * The books of a run, kept by reading its topics: what came in, what became of it, what is still on
 * its way. An account is closed when every event counted has its consequence counted too. The
 * counts may lag behind the topics, each by another amount, and the conclusion still holds: a set
 * of seen events that contains all consequences of its members, and all seeds, is the whole set.
 *
 * <p>Not thread-safe; the reader and those who ask share a lock.
 */
public final class Ledger {

  private static final String ASK = Expansion.ASK_ME_ANYTHING;
  private static final String EDIT = Expansion.SUGGEST_AND_EDIT;
  private static final String SOLVE = "solve";
  private static final String SAMPLE = "sample";
  private static final String DEMONSTRATE = "demonstrate";
  private static final String PAIR = "pair";

  private final Recipe recipe;
  private final Map<String, Long> rejected = new TreeMap<>();
  private final Map<VerdictValue, Long> verdicts = new TreeMap<>();
  private final Map<StageKey, StageCount> stages = new HashMap<>();
  private final Map<Integer, RolloutCount> rollouts = new TreeMap<>();
  private final Set<String> logged = new HashSet<>();
  private final Set<String> unsolvable = new HashSet<>();
  private final Map<String, Iteration> iterations = new HashMap<>();
  private final Map<Integer, Policy> policies = new TreeMap<>();
  private final List<Evaluation> evaluations = new ArrayList<>();
  private OptionalLong seeds = OptionalLong.empty();
  private Optional<TrainingStep> lastStep = Optional.empty();
  private long candidates;
  private long problems;
  private long toAsk;
  private long toEdit;
  private long solutions;
  private long demonstrations;
  private long labelledCompletions;
  private long preferencePairs;

  public Ledger(Recipe recipe) {
    this.recipe = recipe;
  }

  private record StageKey(String stage, int iteration) {}

  private static final class StageCount {
    private long inputs;
    private long outputs;
    private long dead;
  }

  private static final class RolloutCount {
    private long due;
    private long requests;
    private long groups;
    private long ungradable;
    private long graded;
    private long completions;
  }

  /** All candidates that the seed file contributes are written: so many. */
  public void seeded(long count) {
    seeds = OptionalLong.of(count);
  }

  /** Counts one event of any topic. */
  public void count(Object event) {
    if (event instanceof ProblemCandidate) {
      candidates++;
    } else if (event instanceof Problem problem) {
      count(problem);
    } else if (event instanceof RejectedCandidate rejection) {
      rejected.merge(rejection.getReason(), 1L, Long::sum);
    } else if (event instanceof TeacherSolution) {
      solutions++;
    } else if (event instanceof RolloutRequest request) {
      of(request.getIteration()).requests++;
    } else if (event instanceof StudentRollout rollout) {
      count(rollout);
    } else if (event instanceof GradedRollout graded) {
      count(graded);
    } else if (event instanceof Demonstration) {
      demonstrations++;
    } else if (event instanceof LabelledCompletion) {
      labelledCompletions++;
    } else if (event instanceof PreferencePair) {
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

  private void count(Problem problem) {
    problems++;
    if (recipe.expansion().asksAbout(problem)) {
      toAsk++;
    }
    if (recipe.expansion().edits(problem)) {
      toEdit++;
    }
    for (int number = 1; number <= recipe.iterations().size(); number++) {
      Optional<Double> share = recipe.iterations().get(number - 1).share();
      if (share.isPresent() && new Due(share.get()).is(problem.getId(), number)) {
        of(number).due++;
      }
    }
  }

  private void count(StudentRollout rollout) {
    RolloutCount count = of(rollout.getIteration());
    count.groups++;
    count.completions += rollout.getCompletions().size();
    if (unsolvable.contains(rollout.getProblemId())) {
      count.ungradable++;
    }
  }

  private void count(GradedRollout graded) {
    of(graded.getIteration()).graded++;
    for (GradedCompletion completion : graded.getCompletions()) {
      verdicts.merge(completion.getVerdict(), 1L, Long::sum);
    }
  }

  private void count(StageOutcome outcome) {
    StageCount count =
        stages.computeIfAbsent(
            new StageKey(outcome.getStage(), outcome.getIteration()), key -> new StageCount());
    count.inputs++;
    count.outputs += outcome.getOutputs();
    if (outcome.getOutcome() == OutcomeKind.DEAD) {
      count.dead++;
      if (outcome.getStage().equals(SOLVE)) {
        unsolvable.add(outcome.getProblemId());
      }
    }
  }

  private RolloutCount of(int iteration) {
    return rollouts.computeIfAbsent(iteration, number -> new RolloutCount());
  }

  private StageCount stage(String name, int iteration) {
    return stages.getOrDefault(new StageKey(name, iteration), new StageCount());
  }

  /** Whether every problem that will ever come of the seeds is admitted and solved. */
  public boolean productionClosed() {
    return seeds.isPresent()
        && candidates == seeds.getAsLong() + stage(ASK, 0).outputs + stage(EDIT, 0).outputs
        && candidates == problems + rejectedTotal()
        && stage(ASK, 0).inputs == toAsk
        && stage(EDIT, 0).inputs == toEdit
        && stage(SOLVE, 0).inputs == problems
        && stage(SOLVE, 0).outputs == solutions
        && stage(DEMONSTRATE, 0).inputs == solutions
        && rowsClosed();
  }

  /** Whether all rollouts of an iteration (from 1) are requested, sampled, graded and labelled. */
  public boolean rolloutsClosed(int iteration) {
    RolloutCount count = of(iteration);
    return productionClosed()
        && policies.containsKey(iteration - 1)
        && count.requests == count.due
        && stage(SAMPLE, iteration).inputs == count.requests
        && stage(SAMPLE, iteration).outputs == count.groups
        && count.graded == count.groups - count.ungradable
        && stage(PAIR, iteration).inputs == count.graded;
  }

  private boolean rowsClosed() {
    long promised =
        stages.entrySet().stream()
            .filter(e -> Set.of(DEMONSTRATE, PAIR).contains(e.getKey().stage()))
            .mapToLong(e -> e.getValue().outputs)
            .sum();
    return promised == demonstrations + labelledCompletions + preferencePairs;
  }

  private long rejectedTotal() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The iteration of that name, once opened. */
  public Optional<Iteration> iteration(String name) {
    return Optional.ofNullable(iterations.get(name));
  }

  /** The policy that an iteration (from 1) ended with. */
  public Optional<Policy> policy(int iteration) {
    return Optional.ofNullable(policies.get(iteration));
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

  /** The counts as the report shows them. */
  public Funnel funnel() {
    return new Funnel(
        candidates,
        problems,
        Map.copyOf(rejected),
        solutions,
        rollouts.values().stream().mapToLong(c -> c.completions).sum(),
        new Funnel.Verdicts(
            verdicts.getOrDefault(VerdictValue.MATCH, 0L),
            verdicts.getOrDefault(VerdictValue.MISMATCH, 0L),
            verdicts.getOrDefault(VerdictValue.UNDECIDED, 0L)),
        demonstrations,
        labelledCompletions,
        preferencePairs,
        stages.values().stream().mapToLong(s -> s.dead).sum());
  }

  /** How far the making of problems is. */
  public Production production() {
    return new Production(
        seeds,
        candidates,
        problems,
        rejectedTotal(),
        stage(SOLVE, 0).inputs,
        stage(ASK, 0).inputs + stage(EDIT, 0).inputs,
        toAsk + toEdit);
  }

  /** How far the rollouts of an iteration are, in problems. */
  public Sampling sampling(int iteration) {
    RolloutCount count = of(iteration);
    return new Sampling(count.due, count.requests, count.groups, count.graded);
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
