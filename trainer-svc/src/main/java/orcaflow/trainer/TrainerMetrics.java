package orcaflow.trainer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import orcaflow.events.Alarm;
import orcaflow.events.AlarmKind;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.Metric;

/** Shows the training in metrics and passes everything on. */
final class TrainerMetrics implements Progress {

  private final MeterRegistry metrics;
  private final Progress next;
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong wanted = new AtomicLong();
  private final Counter stale;
  private final Map<String, Double> scores = new ConcurrentHashMap<>();
  private volatile TrainingStep last;

  /**
   * @param recipe its algorithms have their counters from the start
   */
  TrainerMetrics(MeterRegistry metrics, Recipe recipe, Progress next) {
    this.metrics = metrics;
    this.next = next;
    number(Metric.TRAIN_STEP, TrainingStep::getStep);
    number(Metric.TRAIN_LOSS, TrainingStep::getLoss);
    number(Metric.TRAIN_KL, TrainingStep::getKl);
    number(Metric.TRAIN_REWARD_CHOSEN, TrainingStep::getRewardChosen);
    number(Metric.TRAIN_REWARD_REJECTED, TrainingStep::getRewardRejected);
    number(Metric.TRAIN_REWARD_MARGIN, TrainingStep::getRewardMargin);
    number(Metric.TRAIN_DATA_AGE_MEAN, TrainingStep::getAgeMean);
    number(Metric.TRAIN_DATA_AGE_P99, TrainingStep::getAgeP99);
    number(Metric.TRAIN_DATA_AGE_MAX, TrainingStep::getAgeMax);
    number(Metric.TRAIN_MISMATCH_MAX, TrainingStep::getMismatchMax);
    number(Metric.TRAIN_STEP_TOKENS, TrainingStep::getTokens);
    number(Metric.TRAIN_STEP_SECONDS, TrainingStep::getSeconds);
    number(Metric.TRAIN_GRAD_NORM, TrainingStep::getGradNorm);
    number(Metric.TRAIN_LEARNING_RATE, TrainingStep::getLearningRate);
    number(
        Metric.TRAIN_TOKENS_PER_SECOND,
        s -> s.getSeconds() > 0 ? s.getTokens() / s.getSeconds() : Double.NaN);
    Metric.TRAIN_ITERATION.gauge(metrics, opened::get);
    Metric.TRAIN_POLICY_LAG.gauge(metrics, () -> opened.get() - published.get());
    Metric.TRAIN_ROWS_NEW.gauge(metrics, rows::get);
    Metric.TRAIN_ROWS_WANTED.gauge(metrics, wanted::get);
    stale = Metric.TRAIN_ROWS_STALE.counter(metrics);
    // There from the start: the first of a kind is a rise from 0, which alerts can see.
    for (AlarmKind kind : AlarmKind.values()) {
      alarms(kind);
    }
    Stream.concat(recipe.iterations().stream(), recipe.continuous().stream())
        .forEach(iteration -> Metric.TRAIN_SET_ASIDE.counter(metrics, iteration.algorithm()));
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
    Metric.TRAIN_STEPS.counter(metrics, step.getAlgorithm()).increment();
    Metric.TRAIN_EXAMPLES.counter(metrics, step.getAlgorithm()).increment(step.getExamples());
    next.step(step);
  }

  @Override
  public void setAside(SetAsideBatch batch) {
    Metric.TRAIN_SET_ASIDE.counter(metrics, batch.getAlgorithm()).increment();
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
    alarms(alarm.getKind()).increment();
    next.alarm(alarm);
  }

  @Override
  public void evaluating(String policyVersion, String mode, int done, int total) {
    next.evaluating(policyVersion, mode, done, total);
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    String mode = evaluation.getMode();
    Metric.EVALUATIONS.counter(metrics, mode).increment();
    String benchmark = evaluation.getBenchmark();
    String key = benchmark + "/" + mode;
    if (scores.put(key, evaluation.getAccuracy()) == null) {
      Metric.SCORE.gauge(metrics, () -> scores.get(key), benchmark, mode);
    }
    next.evaluated(evaluation);
  }

  private Counter alarms(AlarmKind kind) {
    return Metric.TRAIN_ALARMS.counter(metrics, kind.name().toLowerCase(Locale.ROOT));
  }

  /** A number of the last step; NaN, which Prometheus shows as such, where it has none. */
  private void number(Metric metric, Function<TrainingStep, Number> value) {
    metric.gauge(
        metrics,
        () -> {
          Number number = last == null ? null : value.apply(last);
          return number == null ? Double.NaN : number.doubleValue();
        });
  }
}
