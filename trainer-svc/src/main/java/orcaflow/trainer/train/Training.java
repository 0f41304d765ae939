package orcaflow.trainer.train;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe.Step;
import orcaflow.trainer.learn.AdamWSettings;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.LearnerState;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.BatchPlan;
import orcaflow.trainer.objective.ReferenceModel;
import orcaflow.trainer.torch.Precision;

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
   * @param precision of matrix products
   */
  record Plan(
      StudentConfig config,
      Lesson.Taught lesson,
      Step step,
      long seed,
      Weights start,
      Weights reference,
      Precision precision) {

    /** In the precision of this JVM. */
    Plan(
        StudentConfig config,
        Lesson.Taught lesson,
        Step step,
        long seed,
        Weights start,
        Weights reference) {
      this(config, lesson, step, seed, start, reference, Precision.current());
    }

    Optional<Lora> lora() {
      return step.lora().map(lora -> new Lora(lora.rank(), lora.alpha(), lora.targets()));
    }

    /** Names everything here but the rows. */
    String hash() {
      String named =
          Ids.hash(
              step.toString(),
              Long.toString(seed),
              config.toString(),
              start.hash(),
              reference.hash());
      // Plans of before there was a choice were in float32, and so is their name.
      return precision == Precision.FLOAT32 ? named : Ids.hash(named, precision.label());
    }
  }

  /**
   * A step that was done.
   *
   * @param batch position of its batch, from 1
   * @param rows numbers of the batch's rows
   */
  record Done(StepResult result, int batch, int[] rows, double seconds) {}

  /**
   * A batch whose step was undone.
   *
   * @param step the step it would have been
   * @param batch its position, from 1
   * @param rows numbers of the batch's rows
   * @param reason what was not finite
   */
  record SetAside(int step, int batch, int[] rows, String reason) {}

  /** Told of every batch, once it is learnt or set aside; may take {@link #state}. */
  @FunctionalInterface
  interface Onlooker {
    void done(Done done);

    default void setAside(SetAside setAside) {}
  }

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

  /** So many batches set aside one after the other: then it is not the batches. */
  static final int MOST_SET_ASIDE = 10;

  private final Plan plan;
  private final BatchPlan batches;
  private final Learner learner;
  private final ReferenceModel reference;
  private int step;
  private Position position;
  private Optional<RewardGuard> guard;
  private Optional<Weights> best;

  /**
   * Where in the order of batches.
   *
   * @param batch batches behind, learnt or set aside
   * @param setAside how many of the latest were set aside, one after the other
   * @param reason why the latest of these was; empty without one
   */
  record Position(int batch, int setAside, String reason) {
    static final Position START = new Position(0, 0, "");

    Position learnt() {
      return new Position(batch + 1, 0, "");
    }

    Position passed(String why) {
      return new Position(batch + 1, setAside + 1, why);
    }
  }

  private Training(
      Plan plan,
      LearnerState state,
      ReferenceModel reference,
      Position position,
      Optional<RewardGuard> guard,
      Optional<Weights> best) {
    this.plan = plan;
    this.batches = plan.lesson().plan(plan.step(), plan.seed());
    this.learner =
        new Learner(
            plan.config(),
            plan.start(),
            plan.lora(),
            state,
            plan.reference(),
            optimiser(plan.step()),
            plan.precision());
    plan.step().microBatch().ifPresent(learner::inPassesOf);
    this.reference = reference;
    this.step = state.step();
    this.position = position;
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
        new ReferenceModel(plan.lesson().compared()),
        Position.START,
        plan.step().guard().map(RewardGuard::at),
        Optional.empty());
  }

  static Training from(Plan plan, Checkpoint checkpoint) {
    return new Training(
        plan,
        checkpoint.learner(),
        checkpoint
            .reference()
            .map(ReferenceModel::copy)
            .orElseGet(() -> new ReferenceModel(plan.lesson().compared())),
        checkpoint.head().position(),
        checkpoint.head().guard(),
        checkpoint.best());
  }

  /**
   * Goes on to the end, or until the guard stops it or no batch can be learnt any more.
   *
   * @param stop asked between batches
   * @throws Stopped when {@code stop} says so
   */
  Result run(BooleanSupplier stop, Onlooker onlooker) {
    try (learner) {
      while (step < plan.step().steps() && !collapsed() && !stuck()) {
        if (stop.getAsBoolean()) {
          throw new Stopped();
        }
        oneBatch(onlooker);
      }
      return result();
    }
  }

  /** Steps done. */
  int step() {
    return step;
  }

  Position position() {
    return position;
  }

  LearnerState state() {
    return learner.state();
  }

  /** What is known of the reference by now, if anything is compared with it. */
  Optional<ReferenceModel> reference() {
    return Optional.of(reference.copy()).filter(known -> known.size() > 0);
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

  private void oneBatch(Onlooker onlooker) {
    long began = System.nanoTime();
    int[] rows = batches.batch(position.batch());
    StepResult result = plan.lesson().learn(learner, rows, reference);
    if (result.undone().isPresent()) {
      String reason = result.undone().get();
      position = position.passed(reason);
      onlooker.setAside(new SetAside(step + 1, position.batch(), rows, reason));
      return;
    }
    step = result.step();
    position = position.learnt();
    watch(result);
    double seconds = (System.nanoTime() - began) / 1e9;
    onlooker.done(new Done(result, position.batch(), rows, seconds));
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

  private boolean stuck() {
    return position.setAside() >= MOST_SET_ASIDE;
  }

  private Result result() {
    if (collapsed()) {
      RewardGuard seen = guard.orElseThrow();
      return kept(
          "stopped at step %d: the mean reward of desirable rows over %d batches was %.4f, below the guard of %s"
              .formatted(step, RewardGuard.WINDOW, seen.mean(), seen.floor()));
    }
    if (stuck()) {
      return kept(
          "stopped after step %d: %d batches one after the other could not be learnt, the last because %s"
              .formatted(step, position.setAside(), position.reason()));
    }
    return of(learner.learnt(), step, Optional.empty());
  }

  /** The best that is known, after a bad end. */
  private Result kept(String why) {
    // A best window that is itself below the floor is no policy to keep.
    Optional<Weights> kept = best.filter(b -> guard.filter(g -> g.best() >= g.floor()).isPresent());
    int bestStep = kept.isPresent() ? guard.orElseThrow().bestStep() : 0;
    Optional<String> whole = Optional.of(why + "; kept is the policy of step " + bestStep);
    return kept.map(b -> of(b, bestStep, whole))
        .orElseGet(() -> Result.unchanged(plan.start(), whole));
  }

  private Result of(Weights learnt, int at, Optional<String> why) {
    Optional<Adapter> adapter = plan.lora().map(lora -> new Adapter(lora, learnt));
    Weights weights = adapter.map(a -> a.merged(plan.config(), plan.start())).orElse(learnt);
    return new Result(weights, adapter, at, why);
  }

  private static AdamWSettings optimiser(Step step) {
    return new AdamWSettings(
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
