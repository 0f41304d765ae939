package orcaflow.trainer.train;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import orcaflow.events.Iteration;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.trainer.Progress;
import orcaflow.trainer.TrainerConfig;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.log.Stopped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The training of one iteration with its events and its checkpoints around it. */
final class IterationRun implements Training.Onlooker {

  private static final Logger LOG = LoggerFactory.getLogger(IterationRun.class);

  /** Steps are committed together at this pace, so that small steps do not wait for the broker. */
  private static final long FLUSH_NANOS = Duration.ofMillis(200).toNanos();

  /** What the steps took, also those before a restart. */
  record Spent(long examples, double seconds) {
    static final Spent NOTHING = new Spent(0, 0);

    Spent and(Training.Done done) {
      return new Spent(examples + done.rows().length, seconds + done.seconds());
    }
  }

  private final Iteration iteration;
  private final Training.Plan plan;
  private final Policies policies;
  private final String planHash;
  private final Checkpoints checkpoints;
  private final TrainerConfig.Checkpointing cadence;
  private final IdempotentWriter ledger;
  private final Progress progress;
  private final Training training;
  private Spent spent;
  private long flushed = System.nanoTime();
  private long saved = System.nanoTime();
  private int savedStep;

  /** Takes up the newest checkpoint of exactly this plan and these rows, or begins. */
  IterationRun(
      Iteration iteration,
      Training.Plan plan,
      Policies policies,
      String rowsHash,
      Checkpoints checkpoints,
      TrainerConfig.Checkpointing cadence,
      IdempotentWriter ledger,
      Progress progress) {
    this.iteration = iteration;
    this.plan = plan;
    this.policies = policies;
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
    Training.Result result = training.run(() -> savedBecause(stop), this);
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

  @Override
  public void done(Training.Done done) {
    spent = spent.and(done);
    TrainingStep event = event(done);
    ledger.append(Topics.TRAINING_STEPS, event);
    progress.step(event);
    flushNowAndThen();
    long now = System.nanoTime();
    if (training.step() - savedStep >= cadence.steps()
        || now - saved > Duration.ofSeconds(cadence.seconds()).toNanos()) {
      save();
    }
  }

  @Override
  public void setAside(Training.SetAside setAside) {
    LOG.warn(
        "{}: batch {} is set aside and step {} undone, as {}",
        iteration.getName(),
        setAside.batch(),
        setAside.step(),
        setAside.reason());
    SetAsideBatch event = event(setAside);
    ledger.append(Topics.SET_ASIDE_BATCHES, event);
    progress.setAside(event);
    flushNowAndThen();
  }

  private void flushNowAndThen() {
    long now = System.nanoTime();
    if (now - flushed > FLUSH_NANOS) {
      ledger.flush();
      flushed = now;
    }
  }

  /** Events before the checkpoint: what a checkpoint counts as published is. */
  private void save() {
    ledger.flush();
    if (training.step() > savedStep) {
      checkpoints.write(
          new Checkpoint(head(), training.state(), training.reference(), training.best()));
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
        training.position(),
        spent.examples(),
        spent.seconds(),
        training.guard(),
        training.stepIds());
  }

  private TrainingStep event(Training.Done done) {
    StepResult result = done.result();
    List<RowSource> origins = origins(done.rows());
    PolicyLag ages = PolicyLag.of(origins, version -> policies.age(version, iteration.getNumber()));
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
        .setExamples(done.rows().length)
        .setTokens(result.tokens())
        .setSeconds(done.seconds())
        .setTime(Instant.now())
        .setRewardMargin(boxed(result.rewardMargin()))
        .setAgeMean(boxed(ages.mean()))
        .setAgeMax(ages.max().isPresent() ? ages.max().getAsInt() : null)
        .setBatch(done.batch())
        .setConsumed(RowSource.consumed(origins))
        .build();
  }

  private SetAsideBatch event(Training.SetAside setAside) {
    List<RowSource> origins = origins(setAside.rows());
    return SetAsideBatch.newBuilder()
        .setId("%s/batch/%d".formatted(iteration.getName(), setAside.batch()))
        .setIteration(iteration.getName())
        .setAlgorithm(iteration.getAlgorithm())
        .setStep(setAside.step())
        .setBatch(setAside.batch())
        .setReason(setAside.reason())
        .setRows(origins.stream().map(RowSource::row).toList())
        .setProblems(origins.stream().map(RowSource::problem).toList())
        .setConsumed(RowSource.consumed(origins))
        .setTime(Instant.now())
        .build();
  }

  private List<RowSource> origins(int[] rows) {
    return Arrays.stream(rows).mapToObj(plan.lesson().origins()::get).toList();
  }

  /** Avro's optional double is a nullable one. */
  private static Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
