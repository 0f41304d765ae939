package orcaflow.trainer.train;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import orcaflow.events.Iteration;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.trainer.Progress;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.log.Ledger;
import orcaflow.trainer.log.Stopped;
import orcaflow.trainer.student.StepResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The training of one iteration with its events and its checkpoints around it. */
final class Course {

  private static final Logger LOG = LoggerFactory.getLogger(Course.class);

  /** Steps are committed together at this pace, so that small steps do not wait for the broker. */
  private static final long FLUSH_NANOS = Duration.ofMillis(200).toNanos();

  /** What the steps took, also those before a restart. */
  record Spent(long examples, double seconds) {
    static final Spent NOTHING = new Spent(0, 0);

    Spent and(Training.Done done) {
      return new Spent(examples + done.examples(), seconds + done.seconds());
    }
  }

  private final Iteration iteration;
  private final Training.Plan plan;
  private final String planHash;
  private final Checkpoints checkpoints;
  private final TrainerConfig.Checkpointing cadence;
  private final Ledger ledger;
  private final Progress progress;
  private final Training training;
  private Spent spent;
  private long flushed = System.nanoTime();
  private long saved = System.nanoTime();
  private int savedStep;

  /** Takes up the newest checkpoint of exactly this plan and these rows, or begins. */
  Course(
      Iteration iteration,
      Training.Plan plan,
      String rowsHash,
      Checkpoints checkpoints,
      TrainerConfig.Checkpointing cadence,
      Ledger ledger,
      Progress progress) {
    this.iteration = iteration;
    this.plan = plan;
    this.planHash = Ids.hash(rowsHash, plan.hash());
    this.checkpoints = checkpoints;
    this.cadence = cadence;
    this.ledger = ledger;
    this.progress = progress;
    Optional<Checkpoint> found = checkpoints.newest(planHash);
    this.training =
        found
            .map(checkpoint -> Training.from(plan, checkpoint))
            .orElseGet(() -> Training.from(plan));
    this.spent =
        found.map(c -> new Spent(c.head().examples(), c.head().seconds())).orElse(Spent.NOTHING);
    this.savedStep = training.step();
    if (found.isPresent()) {
      LOG.info("{} goes on after step {}", iteration.getName(), training.step());
    }
  }

  /**
   * Trains to the end.
   *
   * @throws Stopped when told to; a checkpoint is there then
   */
  Training.Result run(BooleanSupplier stop) {
    Training.Result result = training.run(() -> savedBecause(stop), this::done);
    ledger.flush();
    return result;
  }

  Spent spent() {
    return spent;
  }

  private boolean savedBecause(BooleanSupplier stop) {
    boolean stopping = stop.getAsBoolean();
    if (stopping) {
      save();
    }
    return stopping;
  }

  private void done(Training.Done done) {
    spent = spent.and(done);
    TrainingStep event = event(done);
    ledger.append(Topics.TRAINING_STEPS, event);
    progress.step(event);
    long now = System.nanoTime();
    if (now - flushed > FLUSH_NANOS) {
      ledger.flush();
      flushed = now;
    }
    if (training.step() - savedStep >= cadence.steps()
        || now - saved > Duration.ofSeconds(cadence.seconds()).toNanos()) {
      save();
    }
  }

  /** Events before the checkpoint: what a checkpoint counts as published is. */
  private void save() {
    ledger.flush();
    if (training.step() > savedStep) {
      checkpoints.write(new Checkpoint(head(), training.state(), training.best()));
      savedStep = training.step();
    }
    saved = System.nanoTime();
  }

  private Checkpoint.Head head() {
    return new Checkpoint.Head(
        iteration.getId(),
        iteration.getNumber(),
        iteration.getName(),
        planHash,
        iteration.getRanges().stream()
            .map(r -> new Checkpoint.Range(r.getTopic(), r.getPartition(), r.getFrom(), r.getTo()))
            .toList(),
        plan.seed(),
        training.step(),
        spent.examples(),
        spent.seconds(),
        training.guard(),
        training.stepIds());
  }

  private TrainingStep event(Training.Done done) {
    StepResult result = done.result();
    return TrainingStep.newBuilder()
        .setId(Training.stepId(iteration.getName(), result.step()))
        .setIteration(iteration.getName())
        .setAlgorithm(iteration.getAlgorithm())
        .setStep(result.step())
        .setSteps(plan.step().steps())
        .setLoss(result.loss())
        .setKl(boxed(result.kl()))
        .setRewardChosen(boxed(result.rewardChosen()))
        .setRewardRejected(boxed(result.rewardRejected()))
        .setGradNorm(result.gradNorm())
        .setLearningRate(result.learningRate())
        .setExamples(done.examples())
        .setTokens(result.tokens())
        .setSeconds(done.seconds())
        .setTime(Instant.now())
        .build();
  }

  /** Avro's optional double is a nullable one. */
  private static Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
