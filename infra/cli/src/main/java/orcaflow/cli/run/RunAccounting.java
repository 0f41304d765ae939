package orcaflow.cli.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import orcaflow.events.Closing;
import orcaflow.events.Demonstration;
import orcaflow.events.Evaluation;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
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
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RolloutShare;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;

/**
 * The accounts of a run, kept by reading its topics: what came in, what became of it, what is still
 * on its way. An account is closed when every event seen has its consequence seen too: id by id, as
 * {@link orcaflow.schemas.IdMultiset}s compare. The topics may be read at different speeds and the
 * conclusion still holds: a set of seen events that contains all seeds and all consequences of its
 * members is the whole set.
 *
 * <p>Not thread-safe; what others see of it is a {@link RunSnapshot}.
 */
public final class RunAccounting {

  private final Pairing pairing;
  private final ProductionAccount production;
  private final Map<Integer, RolloutAccount> rollouts = new TreeMap<>();
  private final LabelCounts labels = new LabelCounts();
  private final Map<VerdictValue, Long> verdicts = new TreeMap<>();
  private final Map<String, Iteration> iterations = new HashMap<>();
  private final TreeMap<Integer, Policy> policies = new TreeMap<>();
  private final List<Evaluation> evaluations = new ArrayList<>();
  private final Set<String> logged = new HashSet<>();
  private Optional<TrainingStep> lastStep = Optional.empty();
  private long deadLetters;

  public RunAccounting(Recipe recipe) {
    pairing = new Pairing(Labelling.of(recipe.labelling()));
    production = new ProductionAccount(recipe.expansion());
    for (int number = 1; number <= recipe.iterations().size(); number++) {
      Optional<RolloutShare> share =
          recipe.iterations().get(number - 1).share().map(RolloutShare::new);
      rollouts.put(number, new RolloutAccount(number, share, pairing));
    }
  }

  /** All candidates that the seed file contributes are written, and this is their number. */
  public void seeded(long count) {
    production.seeded(count);
  }

  /** Counts one event of any topic. */
  public void count(Object event) {
    if (event instanceof ProblemCandidate candidate) {
      production.count(candidate);
    } else if (event instanceof RejectedCandidate rejection) {
      production.count(rejection);
    } else if (event instanceof Problem problem) {
      production.count(problem);
      rollouts.values().forEach(account -> account.count(problem));
    } else if (event instanceof TeacherSolution solution) {
      production.count(solution);
    } else if (event instanceof RolloutRequest request) {
      of(request.getIteration()).count(request);
    } else if (event instanceof StudentRollout rollout) {
      of(rollout.getIteration()).count(rollout);
    } else if (event instanceof GradedRollout graded) {
      of(graded.getIteration()).count(graded);
      for (GradedCompletion completion : graded.getCompletions()) {
        verdicts.merge(completion.getVerdict(), 1L, Long::sum);
      }
    } else if (event instanceof OpenGroup group) {
      of(group.getIteration()).count(group);
    } else if (event instanceof Closing closing) {
      of(closing.getIteration()).closing();
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
    } else {
      countRow(event);
    }
  }

  /** Counts a row of training data. A demonstration made of a solution has no iteration. */
  private void countRow(Object event) {
    if (event instanceof Demonstration row) {
      labels.count(row);
      if (row.getIteration() == 0) {
        production.count(row);
      } else {
        of(row.getIteration()).row(row.getProblemId());
      }
    } else if (event instanceof LabelledCompletion row) {
      labels.count(row);
      of(row.getIteration()).row(row.getProblemId());
    } else if (event instanceof PreferencePair row) {
      labels.count(row);
      of(row.getIteration()).row(row.getProblemId());
    }
  }

  private void count(StageOutcome outcome) {
    if (!Ids.isHash(outcome.getInputId())) {
      // Of a record that is no event, so that no account expects it.
      deadLetters++;
      return;
    }
    if (outcome.getIteration() == 0) {
      production.count(outcome);
    } else {
      of(outcome.getIteration()).count(outcome);
    }
    boolean redriven = StageAccount.isOfRedriven(outcome);
    boolean dead = outcome.getOutcome() == OutcomeKind.DEAD;
    boolean solve = outcome.getStage().equals(ProductionAccount.SOLVE);
    if (dead && !redriven) {
      deadLetters++;
      if (solve) {
        rollouts.values().forEach(account -> account.unsolvable(outcome.getProblemId()));
      }
    } else if (redriven && !dead) {
      deadLetters--;
      if (solve) {
        rollouts.values().forEach(account -> account.solvable(outcome.getProblemId()));
      }
    }
  }

  /** The account of an iteration; one that the recipe does not have has no problem that is due. */
  private RolloutAccount of(int iteration) {
    return rollouts.computeIfAbsent(
        iteration, number -> new RolloutAccount(number, Optional.empty(), pairing));
  }

  /** What is known now. */
  public RunSnapshot snapshot() {
    return new RunSnapshot(
        production.progress(),
        production.isClosed(),
        rollouts.keySet().stream().collect(Collectors.toUnmodifiableMap(n -> n, this::rollouts)),
        funnel(),
        labels.labels(),
        Map.copyOf(iterations),
        Collections.unmodifiableSortedMap(new TreeMap<>(policies)),
        List.copyOf(evaluations),
        Set.copyOf(logged),
        lastStep);
  }

  /** Rollouts are all there once all problems are, and the policy that writes them. */
  private RunSnapshot.Rollouts rollouts(int iteration) {
    RolloutAccount account = of(iteration);
    boolean all = production.isClosed() && policies.containsKey(iteration - 1);
    return new RunSnapshot.Rollouts(
        account.progress(),
        all && account.isGraded(),
        account.toClose().filter(open -> all),
        all && account.isClosed());
  }

  private Funnel funnel() {
    ProductionProgress made = production.progress();
    Labels rows = labels.labels();
    return new Funnel(
        made.candidates(),
        made.admitted(),
        production.rejected(),
        production.solutions(),
        rollouts.values().stream().mapToLong(RolloutAccount::completions).sum(),
        new Funnel.Verdicts(
            verdicts.getOrDefault(VerdictValue.MATCH, 0L),
            verdicts.getOrDefault(VerdictValue.MISMATCH, 0L),
            verdicts.getOrDefault(VerdictValue.UNDECIDED, 0L)),
        rows.fromSolutions() + rows.fromRollouts(),
        rows.all().desirable() + rows.all().undesirable(),
        rows.all().pairs(),
        deadLetters,
        Optional.of(production.solutionsByStatus()));
  }
}
