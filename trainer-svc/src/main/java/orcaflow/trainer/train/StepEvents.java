package orcaflow.trainer.train;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.trainer.Progress;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.objective.RowSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the steps of an iteration and the batches that it sets aside. */
final class StepEvents implements StepListener {

  private static final Logger LOG = LoggerFactory.getLogger(StepEvents.class);

  /** Steps are committed together at this pace, so that small steps do not wait for the broker. */
  private static final long FLUSH_NANOS = Duration.ofMillis(200).toNanos();

  private final TrainingPlan plan;
  private final Policies policies;
  private final IdempotentWriter writer;
  private final Progress progress;
  private long flushed = System.nanoTime();

  StepEvents(TrainingPlan plan, Policies policies, IdempotentWriter writer, Progress progress) {
    this.plan = plan;
    this.policies = policies;
    this.writer = writer;
    this.progress = progress;
  }

  @Override
  public void done(Done done) {
    TrainingStep event = event(done);
    writer.append(Topics.TRAINING_STEPS, event);
    progress.step(event);
    flushNowAndThen();
  }

  @Override
  public void setAside(SetAside setAside) {
    LOG.warn(
        "{}: batch {} is set aside and step {} undone, as {}",
        name(),
        setAside.batch(),
        setAside.step(),
        setAside.reason());
    SetAsideBatch event = event(setAside);
    writer.append(Topics.SET_ASIDE_BATCHES, event);
    progress.setAside(event);
    flushNowAndThen();
  }

  @Override
  public void flush() {
    writer.flush();
    flushed = System.nanoTime();
  }

  private void flushNowAndThen() {
    if (System.nanoTime() - flushed > FLUSH_NANOS) {
      flush();
    }
  }

  private TrainingStep event(Done done) {
    StepResult result = done.result();
    List<RowSource> sources = sources(done.rows());
    int iteration = plan.iteration().getNumber();
    DataAge lag = DataAge.of(sources, version -> policies.lag(version, iteration));
    return TrainingStep.newBuilder()
        .setId(Ids.step(name(), result.step()))
        .setIteration(name())
        .setAlgorithm(plan.iteration().getAlgorithm())
        .setStep(result.step())
        .setSteps(plan.spec().steps())
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
        .setRewardMargin(boxed(result.rewards().margin()))
        .setAgeMean(boxed(lag.mean()))
        .setAgeP99(boxed(lag.p99()))
        .setAgeMax(boxed(lag.max()))
        .setBatch(done.batch())
        .setMismatchMax(boxed(done.mismatch()))
        .setConsumed(RowSource.consumed(sources))
        .build();
  }

  private SetAsideBatch event(SetAside setAside) {
    List<RowSource> sources = sources(setAside.rows());
    return SetAsideBatch.newBuilder()
        .setId(Ids.setAside(name(), setAside.batch()))
        .setIteration(name())
        .setAlgorithm(plan.iteration().getAlgorithm())
        .setStep(setAside.step())
        .setBatch(setAside.batch())
        .setReason(setAside.reason())
        .setRows(sources.stream().map(RowSource::row).toList())
        .setProblems(sources.stream().map(RowSource::problem).toList())
        .setConsumed(RowSource.consumed(sources))
        .setTime(Instant.now())
        .build();
  }

  private String name() {
    return plan.iteration().getName();
  }

  private List<RowSource> sources(int[] rows) {
    return Arrays.stream(rows).mapToObj(plan.data().sources()::get).toList();
  }

  /** Avro's optional number is a nullable one. */
  private static Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static Integer boxed(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
