package orcaflow.trainer.train;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Recipe.Step;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.student.Adapter;
import orcaflow.trainer.student.Learner;
import orcaflow.trainer.student.LearnerState;
import orcaflow.trainer.student.Lora;
import orcaflow.trainer.student.Optimiser;
import orcaflow.trainer.student.StepResult;
import orcaflow.trainer.student.StudentConfig;
import orcaflow.trainer.student.Weights;

/**
 * The steps of one iteration, without Kafka and without files: batch, learn, tell, guard. The same
 * plan ends with the same weights, wherever it was interrupted.
 */
final class Training {

  /**
   * What decides the course of an iteration.
   *
   * @param seed of the order of the rows
   * @param start weights it begins with
   * @param reference frozen weights KTO and DPO compare with
   */
  record Plan(
      StudentConfig config,
      Lesson.Taught lesson,
      Step step,
      long seed,
      Weights start,
      Weights reference) {

    Optional<Lora> lora() {
      return step.lora().map(lora -> new Lora(lora.rank(), lora.alpha(), lora.targets()));
    }

    /** Names everything here but the rows. */
    String hash() {
      return Ids.hash(
          step.toString(), Long.toString(seed), config.toString(), start.hash(), reference.hash());
    }
  }

  /** A step that was done. */
  record Done(StepResult result, int examples, double seconds) {}

  /**
   * How an iteration ended.
   *
   * @param adapter what made the weights of those of the start, if it was an adapter
   * @param step the step the weights are of
   * @param collapsed why the guard stopped it, if it did
   */
  record Result(Weights weights, Optional<Adapter> adapter, int step, Optional<String> collapsed) {

    static Result unchanged(Weights start, Optional<String> collapsed) {
      return new Result(start, Optional.empty(), 0, collapsed);
    }
  }

  private final Plan plan;
  private final BatchPlan batches;
  private final Learner learner;
  private int step;
  private Optional<RewardGuard> guard;
  private Optional<Weights> best;

  private Training(
      Plan plan, LearnerState state, Optional<RewardGuard> guard, Optional<Weights> best) {
    this.plan = plan;
    this.batches = plan.lesson().plan(plan.step().batch(), plan.seed());
    this.learner =
        new Learner(
            plan.config(),
            plan.start(),
            plan.lora(),
            state,
            plan.reference(),
            optimiser(plan.step()));
    this.step = state.step();
    this.guard = guard;
    this.best = best;
  }

  static Training from(Plan plan) {
    return new Training(
        plan,
        LearnerState.fresh(
            plan.lora()
                .map(lora -> lora.fresh(plan.config(), plan.seed()).weights())
                .orElse(plan.start())),
        plan.step().guard().map(RewardGuard::at),
        Optional.empty());
  }

  static Training from(Plan plan, Checkpoint checkpoint) {
    return new Training(plan, checkpoint.learner(), checkpoint.head().guard(), checkpoint.best());
  }

  /**
   * Goes on to the end, or until the guard stops it.
   *
   * @param stop asked between steps
   * @param told after each step; may take {@link #state}
   * @throws Stopped when {@code stop} says so
   */
  Result run(BooleanSupplier stop, Consumer<Done> told) {
    try (learner) {
      while (step < plan.step().steps() && !collapsed()) {
        if (stop.getAsBoolean()) {
          throw new Stopped();
        }
        told.accept(oneStep());
      }
      return result();
    }
  }

  /** Steps done. */
  int step() {
    return step;
  }

  LearnerState state() {
    return learner.state();
  }

  Optional<RewardGuard> guard() {
    return guard;
  }

  /** What had been learnt at the best of the guard's windows; of an adapter its weights. */
  Optional<Weights> best() {
    return best;
  }

  /** Ids of the steps done, as they are published. */
  List<String> stepIds() {
    return IntStream.rangeClosed(1, step).mapToObj(s -> stepId(plan.step().name(), s)).toList();
  }

  static String stepId(String iteration, int step) {
    return iteration + "/" + step;
  }

  private Done oneStep() {
    long began = System.nanoTime();
    int[] batch = batches.batch(step);
    StepResult result = plan.lesson().learn(learner, batch);
    step = result.step();
    watch(result);
    return new Done(result, batch.length, (System.nanoTime() - began) / 1e9);
  }

  private void watch(StepResult result) {
    guard = guard.map(g -> g.after(step, result.rewardChosen()));
    if (guard.filter(g -> g.bestStep() == step).isPresent()) {
      best = Optional.of(learner.learnt());
    }
  }

  private boolean collapsed() {
    return guard.filter(RewardGuard::collapsed).isPresent();
  }

  private Result result() {
    if (!collapsed()) {
      return of(learner.learnt(), step, Optional.empty());
    }
    RewardGuard seen = guard.orElseThrow();
    // A best window that is itself below the floor is no policy to keep.
    Optional<Weights> kept = best.filter(b -> seen.best() >= seen.floor());
    int bestStep = kept.isPresent() ? seen.bestStep() : 0;
    Optional<String> why =
        Optional.of(
            "stopped at step %d: the mean reward of desirable rows over %d batches was %.4f, below the guard of %s; kept is the policy of step %d"
                .formatted(step, RewardGuard.WINDOW, seen.mean(), seen.floor(), bestStep));
    return kept.map(b -> of(b, bestStep, why)).orElseGet(() -> Result.unchanged(plan.start(), why));
  }

  private Result of(Weights learnt, int at, Optional<String> why) {
    Optional<Adapter> adapter = plan.lora().map(lora -> new Adapter(lora, learnt));
    Weights weights = adapter.map(a -> a.merged(plan.config(), plan.start())).orElse(learnt);
    return new Result(weights, adapter, at, why);
  }

  private static Optimiser optimiser(Step step) {
    return new Optimiser(
        step.learningRate(),
        step.warmup(),
        step.schedule(),
        step.finalFraction(),
        step.steps(),
        step.weightDecay(),
        0.9,
        step.beta2(),
        1e-8,
        step.clip());
  }
}
