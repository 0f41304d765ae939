package orcaflow.trainer.train;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import orcaflow.events.Iteration;
import orcaflow.schemas.Ids;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.BatchPlan;
import orcaflow.trainer.objective.ReferenceLogProbs;
import orcaflow.trainer.objective.ReferenceModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training of one iteration: step after step, with the reward guard and the checkpoints. The
 * same plan ends with the same weights, wherever it was interrupted.
 */
final class IterationRun {

  private static final Logger LOG = LoggerFactory.getLogger(IterationRun.class);

  /** After N batches set aside in a row, the cause is not the batches. */
  static final int MOST_SET_ASIDE = 10;

  private final TrainingPlan plan;
  private final Checkpoints checkpoints;
  private final TrainerConfig.Checkpointing cadence;
  private final StepListener listener;
  private final BatchPlan batches;
  private final Learner learner;
  private final ReferenceModel reference;
  private int step;
  private Checkpoint.Position position;
  private Optional<RewardGuard> guard;
  private Optional<Weights> best;
  private long examples;
  private double seconds;
  private int savedStep;
  private long saved = System.nanoTime();
  private Mismatch mismatch = Mismatch.unknown();

  private IterationRun(
      TrainingPlan plan,
      Checkpoint begin,
      Checkpoints checkpoints,
      TrainerConfig.Checkpointing cadence,
      StepListener listener) {
    this.plan = plan;
    this.checkpoints = checkpoints;
    this.cadence = cadence;
    this.listener = listener;
    this.batches = plan.data().batches(plan.spec(), plan.seed());
    this.learner =
        new Learner(
            plan.config(),
            plan.start(),
            plan.lora(),
            begin.learner(),
            plan.optimiser(),
            plan.precision());
    plan.spec().microBatch().ifPresent(learner::inPassesOf);
    this.reference =
        new ReferenceModel(
            learner,
            plan.reference(),
            begin
                .reference()
                .map(ReferenceLogProbs::copy)
                .orElseGet(() -> new ReferenceLogProbs(plan.data().compared())));
    this.step = begin.learner().step();
    this.savedStep = step;
    this.position = begin.head().position();
    this.guard = begin.head().guard();
    this.best = begin.best();
    this.examples = begin.head().examples();
    this.seconds = begin.head().seconds();
  }

  /** Continues from the newest checkpoint of exactly this plan, or begins. */
  static IterationRun of(
      TrainingPlan plan,
      Checkpoints checkpoints,
      TrainerConfig.Checkpointing cadence,
      StepListener listener) {
    Optional<Checkpoint> newest = checkpoints.newest(plan.hash());
    newest.ifPresent(
        checkpoint ->
            LOG.info(
                "{} continues after step {}",
                plan.iteration().getName(),
                checkpoint.learner().step()));
    return new IterationRun(
        plan, newest.orElseGet(() -> Checkpoint.beginning(plan)), checkpoints, cadence, listener);
  }

  /**
   * Trains to the last step, or until the guard stops it or no batch can be learnt any more.
   *
   * @param stop asked between batches
   * @throws Stopped when {@code stop} says so; a checkpoint is there then
   */
  TrainingResult run(BooleanSupplier stop) {
    try (learner;
        reference) {
      if (step == 0 && position.batch() == 0) {
        mismatch = Mismatch.of(learner, plan.data(), batches, plan.spec().steps(), plan.sampler());
      }
      while (step < plan.spec().steps() && !collapsed() && !stuck()) {
        if (stop.getAsBoolean()) {
          save();
          throw new Stopped();
        }
        trainOnNextBatch();
      }
      listener.flush();
      return result();
    }
  }

  /** Steps done. */
  int step() {
    return step;
  }

  /** The state as it is now. */
  Checkpoint checkpoint() {
    Iteration iteration = plan.iteration();
    return new Checkpoint(
        new Checkpoint.Head(
            iteration.getId(),
            iteration.getNumber(),
            iteration.getName(),
            plan.hash(),
            Checkpoint.Range.of(iteration),
            plan.seed(),
            step,
            position,
            examples,
            seconds,
            guard,
            stepIds()),
        learner.state(),
        Optional.of(reference.known().copy()).filter(known -> known.size() > 0),
        best);
  }

  private List<String> stepIds() {
    String name = plan.iteration().getName();
    return IntStream.rangeClosed(1, step).mapToObj(s -> Ids.step(name, s)).toList();
  }

  private void trainOnNextBatch() {
    long began = System.nanoTime();
    int[] rows = batches.batch(position.batch());
    OptionalDouble apart = mismatch.of(position.batch());
    StepResult result = plan.data().step(learner, rows, reference);
    if (result.undone().isPresent()) {
      String reason = result.undone().get();
      position = position.afterSetAside(reason);
      listener.setAside(new StepListener.SetAside(step + 1, position.batch(), rows, reason));
      return;
    }
    step = result.step();
    position = position.afterStep();
    watch(result);
    double took = (System.nanoTime() - began) / 1e9;
    examples += rows.length;
    seconds += took;
    listener.done(new StepListener.Done(result, position.batch(), rows, took, apart));
    saveNowAndThen();
  }

  private void watch(StepResult result) {
    guard = guard.map(g -> g.after(step, result.rewardChosen()));
    if (guard.filter(g -> g.bestStep() == step).isPresent()) {
      best = Optional.of(learner.trainable());
    }
  }

  private void saveNowAndThen() {
    if (step - savedStep >= cadence.steps()
        || System.nanoTime() - saved > Duration.ofSeconds(cadence.seconds()).toNanos()) {
      save();
    }
  }

  /** Events before the checkpoint: the events of the steps that a checkpoint counts are stored. */
  private void save() {
    listener.flush();
    if (step > savedStep) {
      checkpoints.write(checkpoint());
      savedStep = step;
    }
    saved = System.nanoTime();
  }

  private boolean collapsed() {
    return guard.filter(RewardGuard::collapsed).isPresent();
  }

  private boolean stuck() {
    return position.setAside() >= MOST_SET_ASIDE;
  }

  private TrainingResult result() {
    if (collapsed()) {
      RewardGuard seen = guard.orElseThrow();
      return bestKnown(
          ("stopped at step %d: the mean reward of desirable rows over %d batches was %.4f,"
                  + " below the guard of %s")
              .formatted(step, RewardGuard.WINDOW, seen.mean(), seen.floor()));
    }
    if (stuck()) {
      return bestKnown(
          ("stopped after step %d: %d batches one after the other could not be learnt,"
                  + " the last because %s")
              .formatted(step, position.setAside(), position.reason()));
    }
    return result(learner.trainable(), step, Optional.empty());
  }

  /** After a bad end: the best weights known, or those of the start. */
  private TrainingResult bestKnown(String why) {
    // A best window that is itself below the floor is no policy to keep.
    Optional<Weights> kept = best.filter(b -> guard.filter(g -> g.best() >= g.floor()).isPresent());
    int bestStep = kept.isPresent() ? guard.orElseThrow().bestStep() : 0;
    Optional<String> collapsed = Optional.of(why + "; kept is the policy of step " + bestStep);
    return kept.map(weights -> result(weights, bestStep, collapsed))
        .orElseGet(
            () ->
                new TrainingResult(
                    plan.start(), Optional.empty(), 0, collapsed, examples, seconds));
  }

  private TrainingResult result(Weights trained, int at, Optional<String> collapsed) {
    Optional<Adapter> adapter = plan.lora().map(lora -> new Adapter(lora, trained));
    Weights weights = adapter.map(a -> a.merged(plan.config(), plan.start())).orElse(trained);
    return new TrainingResult(weights, adapter, at, collapsed, examples, seconds);
  }
}
