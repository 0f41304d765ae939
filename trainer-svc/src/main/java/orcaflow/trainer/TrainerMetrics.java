package orcaflow.trainer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import orcaflow.events.Alarm;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;

/** Shows the training in metrics and passes everything on. */
final class TrainerMetrics implements Progress {

  private final MeterRegistry metrics;
  private final Progress next;
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong wanted = new AtomicLong();
  private final Counter stale;
  private volatile TrainingStep last;

  TrainerMetrics(MeterRegistry metrics, Progress next) {
    this.metrics = metrics;
    this.next = next;
    number("orcaflow.train.step", "Steps done in the iteration", s -> s.getStep());
    number("orcaflow.train.loss", "Loss of the last batch", TrainingStep::getLoss);
    number("orcaflow.train.kl", "KTO: KL estimate, nats a sequence", TrainingStep::getKl);
    number(
        "orcaflow.train.reward.chosen",
        "Mean reward of desirable or chosen rows",
        TrainingStep::getRewardChosen);
    number(
        "orcaflow.train.reward.rejected",
        "Mean reward of undesirable or rejected rows",
        TrainingStep::getRewardRejected);
    number(
        "orcaflow.train.reward.margin",
        "Mean reward of desirable or chosen rows less that of undesirable or rejected ones",
        TrainingStep::getRewardMargin);
    number(
        "orcaflow.train.data.age.mean",
        "Mean age of the batch's rows, in policies",
        TrainingStep::getAgeMean);
    number(
        "orcaflow.train.data.age.p99",
        "Age that 99 of 100 of the batch's rows do not exceed, in policies",
        TrainingStep::getAgeP99);
    number(
        "orcaflow.train.data.age.max",
        "Age of the batch's oldest row, in policies",
        TrainingStep::getAgeMax);
    number(
        "orcaflow.train.mismatch.max",
        "Largest difference of a token's log-probability between sampler and trainer, nats",
        TrainingStep::getMismatchMax);
    number("orcaflow.train.step.tokens", "Tokens of the last batch", TrainingStep::getTokens);
    number("orcaflow.train.step.seconds", "Seconds of the last step", TrainingStep::getSeconds);
    number("orcaflow.train.grad.norm", "Gradient norm before clipping", TrainingStep::getGradNorm);
    number("orcaflow.train.learning.rate", "Learning rate", TrainingStep::getLearningRate);
    number(
        "orcaflow.train.tokens.per.second",
        "Tokens a second in the last step",
        s -> s.getSeconds() > 0 ? s.getTokens() / s.getSeconds() : Double.NaN);
    Gauge.builder("orcaflow.train.policy.lag", () -> opened.get() - published.get())
        .description("Iterations opened that have no policy yet")
        .register(metrics);
    Gauge.builder("orcaflow.train.rows.new", rows::get)
        .description("Rows that are there for the next iteration")
        .register(metrics);
    stale =
        Counter.builder("orcaflow.train.rows.stale")
            .description("Rows left out because the policy that wrote them is too old")
            .register(metrics);
    Gauge.builder("orcaflow.train.rows.wanted", wanted::get)
        .description("Rows that open the next iteration; 0 where the trainer opens none")
        .register(metrics);
  }

  @Override
  public void stale(Iteration iteration, int rows) {
    stale.increment(rows);
    next.stale(iteration, rows);
  }

  @Override
  public void waiting(String iteration, long there, long needed) {
    rows.set(there);
    wanted.set(needed);
    next.waiting(iteration, there, needed);
  }

  @Override
  public void reading(Iteration iteration, long rows) {
    opened.accumulateAndGet(iteration.getNumber(), Math::max);
    next.reading(iteration, rows);
  }

  @Override
  public void step(TrainingStep step) {
    last = step;
    metrics.counter("orcaflow.train.steps", "algorithm", step.getAlgorithm()).increment();
    metrics
        .counter("orcaflow.train.examples", "algorithm", step.getAlgorithm())
        .increment(step.getExamples());
    next.step(step);
  }

  @Override
  public void setAside(SetAsideBatch batch) {
    metrics.counter("orcaflow.train.set.aside", "algorithm", batch.getAlgorithm()).increment();
    next.setAside(batch);
  }

  @Override
  public void policy(Policy policy) {
    opened.accumulateAndGet(policy.getIteration(), Math::max);
    published.accumulateAndGet(policy.getIteration(), Math::max);
    next.policy(policy);
  }

  @Override
  public void alarm(Alarm alarm) {
    metrics
        .counter("orcaflow.train.alarms", "kind", alarm.getKind().name().toLowerCase(Locale.ROOT))
        .increment();
    next.alarm(alarm);
  }

  @Override
  public void evaluating(String policyVersion, String mode, int done, int total) {
    next.evaluating(policyVersion, mode, done, total);
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    metrics.counter("orcaflow.evaluations", "mode", evaluation.getMode()).increment();
    next.evaluated(evaluation);
  }

  /** A number of the last step; NaN, which Prometheus shows as such, where it has none. */
  private void number(
      String name, String description, java.util.function.Function<TrainingStep, Number> value) {
    Gauge.builder(
            name,
            () -> {
              Number number = last == null ? null : value.apply(last);
              return number == null ? Double.NaN : number.doubleValue();
            })
        .description(description)
        .register(metrics);
  }
}
