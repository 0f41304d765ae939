package orcaflow.cli.run;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;

/**
 * What {@link RunAccounting} knows at a moment.
 *
 * @param production how far the making of problems is
 * @param productionClosed whether every problem that will ever come of the seeds is admitted and
 *     solved
 * @param rollouts by iteration
 * @param funnel the counts as the report shows them
 * @param labels rows of training data by what they were made of
 * @param iterations opened iterations by name
 * @param policies by the iteration they ended; of 0 the model that the run began with
 * @param logged ids of the entries of the run log
 * @param lastStep the newest training step
 */
public record RunSnapshot(
    ProductionProgress production,
    boolean productionClosed,
    Map<Integer, Rollouts> rollouts,
    Funnel funnel,
    Labels labels,
    Map<String, Iteration> iterations,
    SortedMap<Integer, Policy> policies,
    List<Evaluation> evaluations,
    Set<String> logged,
    Optional<TrainingStep> lastStep) {

  /**
   * The rollouts of one iteration.
   *
   * @param graded whether all are requested, sampled and graded
   * @param toClose the groups whose rows depend on one another, once all are graded and nobody has
   *     said yet that these are all
   * @param closed whether all are moreover labelled
   */
  record Rollouts(
      RolloutProgress progress, boolean graded, Optional<OpenGroups> toClose, boolean closed) {

    private static final Rollouts NONE =
        new Rollouts(RolloutProgress.NONE, false, Optional.empty(), false);
  }

  /**
   * What a part is done with and what waits for it.
   *
   * @param done inputs; of train, iterations
   */
  public record Work(long done, long waiting) {}

  /** Of each part whose inputs are counted. */
  public Map<Part, Work> work() {
    long requested = 0;
    long sampled = 0;
    long graded = 0;
    for (Rollouts some : rollouts.values()) {
      requested += some.progress().requested();
      sampled += some.progress().sampled();
      graded += some.progress().graded();
    }
    long trained =
        iterations.values().stream()
            .filter(iteration -> policy(iteration.getNumber()).isPresent())
            .count();
    Map<Part, Work> work = new EnumMap<>(Part.class);
    work.put(
        Part.ADMIT, of(production.admitted() + production.rejected(), production.candidates()));
    work.put(Part.EXPAND, of(production.expanded(), production.toExpand()));
    work.put(Part.SOLVE, of(production.solved(), production.admitted()));
    work.put(Part.SAMPLE, of(sampled, requested));
    work.put(Part.GRADE, of(graded, sampled));
    work.put(Part.TRAIN, of(trained, iterations.size()));
    return work;
  }

  private static Work of(long done, long inputs) {
    return new Work(done, inputs - done);
  }

  /** Whether all rollouts of an iteration (from 1) are requested, sampled and graded. */
  public boolean gradingClosed(int iteration) {
    return of(iteration).graded();
  }

  /**
   * The groups of an iteration whose rows depend on one another, once all are graded and nobody has
   * said yet that these are all.
   */
  public Optional<OpenGroups> toClose(int iteration) {
    return of(iteration).toClose();
  }

  /** Whether all rollouts of an iteration (from 1) are requested, sampled, graded and labelled. */
  public boolean rolloutsClosed(int iteration) {
    return of(iteration).closed();
  }

  /** How far the rollouts of an iteration are, in problems. */
  public RolloutProgress sampling(int iteration) {
    return of(iteration).progress();
  }

  private Rollouts of(int iteration) {
    return rollouts.getOrDefault(iteration, Rollouts.NONE);
  }

  /** The iteration of that name, once opened. */
  public Optional<Iteration> iteration(String name) {
    return Optional.ofNullable(iterations.get(name));
  }

  /** The policy that an iteration (from 1) ended with; of 0 the model that the run began with. */
  public Optional<Policy> policy(int iteration) {
    return Optional.ofNullable(policies.get(iteration));
  }

  /** The evaluation of a policy in a mode, greedy or sampled. */
  public Optional<Evaluation> evaluation(String policyVersion, String mode) {
    return evaluations.stream()
        .filter(e -> e.getPolicyVersion().equals(policyVersion) && e.getMode().equals(mode))
        .findFirst();
  }

  /** Whether the run log has that entry. */
  public boolean isLogged(String id) {
    return logged.contains(id);
  }
}
