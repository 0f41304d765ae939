package orcaflow.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Every metric of the project itself, with its help text and its labels; those of the JVM and of
 * Kafka's clients come beside them. Each also has the label {@code service}.
 *
 * <p>The values of labels are closed sets: stages, reasons, roles of endpoints; never ids or texts.
 */
public enum Metric {
  BUILD_INFO(Kind.GAUGE, "orcaflow.build.info", "1; the labels say what runs", "version", "java"),

  SPANS_LOST(Kind.COUNTER, "orcaflow.spans.lost", "Spans that the collector did not take"),

  STALLED(
      Kind.GAUGE,
      "orcaflow.stalled.seconds",
      "How long a part has not moved although something waits; 0 where it moves",
      "part"),
  PART_WAITING(Kind.GAUGE, "orcaflow.part.waiting", "Inputs that a part has not finished", "part"),
  PART_DONE(
      Kind.GAUGE,
      "orcaflow.part.done",
      "Offsets of its inputs that a part has finished, transaction markers included; the trainer:"
          + " iterations",
      "part"),

  MODEL_CALLS(
      Kind.HISTOGRAM,
      "orcaflow.model.calls",
      "Requests to a model, retries included, by how they ended",
      "endpoint",
      "stage",
      "outcome"),
  ENDPOINT_WAITING(
      Kind.GAUGE, "orcaflow.endpoint.waiting", "1 while the endpoint gives no answers", "endpoint"),
  ENDPOINT_LIMIT(
      Kind.GAUGE, "orcaflow.endpoint.limit", "Maximum calls in flight at present", "endpoint"),
  ENDPOINT_BREAKER(
      Kind.GAUGE,
      "orcaflow.endpoint.breaker",
      "1 while the circuit breaker is open, or lets a call try the endpoint",
      "endpoint"),
  ENDPOINT_SPENT(
      Kind.GAUGE,
      "orcaflow.endpoint.spent",
      "Cost of the calls of this process, in the currency of the prices",
      "endpoint"),
  ENDPOINT_IGNORED_HEADERS(
      Kind.GAUGE,
      "orcaflow.endpoint.ignored.headers",
      "Headers of limits whose value cannot be meant",
      "endpoint"),

  STAGE_CONSUMED(
      Kind.COUNTER,
      "orcaflow.stage.consumed",
      "Inputs of an agent's stage acquired from the share group",
      "stage"),
  STAGE_FINISHED(
      Kind.COUNTER,
      "orcaflow.stage.finished",
      "Inputs of an agent's stage by their fate",
      "stage",
      "fate"),
  STAGE_OUTPUTS(
      Kind.COUNTER, "orcaflow.stage.outputs", "Events that an agent's stage produced", "stage"),
  STAGE_IN_FLIGHT(
      Kind.GAUGE, "orcaflow.stage.in.flight", "Inputs of an agent's stage in flight", "stage"),
  STAGE_INTERRUPTIONS(
      Kind.COUNTER,
      "orcaflow.stage.interruptions",
      "Times a worker connected again after a failure",
      "stage"),
  STAGE_LAST_DELIVERIES(
      Kind.COUNTER,
      "orcaflow.stage.last.deliveries",
      "Inputs on their last permitted delivery",
      "stage"),
  STAGE_REMOVED(
      Kind.COUNTER,
      "orcaflow.stage.removed",
      "Offsets of an agent's input that were removed unread",
      "stage"),

  STREAMS_CONSUMED(
      Kind.COUNTER,
      "orcaflow.streams.consumed",
      "Records that a stage of the streams read",
      "stage"),
  STREAMS_REPEATED(
      Kind.COUNTER,
      "orcaflow.streams.repeated",
      "Records that a stage of the streams read again, and ignored",
      "stage"),
  STREAMS_REMOVED(
      Kind.COUNTER,
      "orcaflow.streams.removed",
      "Offsets of the inputs that were removed before they were read"),
  ADMIT_DECISIONS(
      Kind.COUNTER, "orcaflow.admit.decisions", "Candidates by what became of them", "decision"),
  SCHEDULE_REQUESTS(
      Kind.COUNTER, "orcaflow.schedule.requests", "Requests for the rollouts of a problem"),
  GRADE_VERDICTS(Kind.COUNTER, "orcaflow.grade.verdicts", "Rollouts by final verdict", "verdict"),
  GRADE_GROUPS(
      Kind.COUNTER,
      "orcaflow.grade.groups",
      "Graded groups of rollouts; only mixed ones give a signal",
      "result"),
  GRADE_JUDGE_REQUESTS(Kind.COUNTER, "orcaflow.grade.judge.requests", "Rollouts sent to the judge"),
  GRADE_PARTIAL(Kind.COUNTER, "orcaflow.grade.partial", "Groups written with rollouts missing"),
  GRADE_DISAGREEMENTS(
      Kind.COUNTER, "orcaflow.grade.disagreements", "Verdicts that the second checker contradicts"),
  PAIR_ROWS(Kind.COUNTER, "orcaflow.pair.rows", "Rows of training data", "kind"),
  PAIR_DEMONSTRATIONS(
      Kind.COUNTER, "orcaflow.pair.demonstrations", "Demonstrations by who wrote them", "origin"),
  PAIR_LABELS(
      Kind.COUNTER,
      "orcaflow.pair.labels",
      "Labelled completions; correct is the number of right rollouts in their group",
      "label",
      "origin",
      "correct"),
  PAIR_PAIRS(
      Kind.COUNTER,
      "orcaflow.pair.pairs",
      "Preference pairs; correct is the number of right rollouts in their group",
      "rejected",
      "correct"),
  PAIR_FLAGGED(
      Kind.COUNTER,
      "orcaflow.pair.flagged",
      "Groups without rows, as their rollouts cast doubt on the reference"),

  TRAIN_ITERATION(
      Kind.GAUGE, "orcaflow.train.iteration", "Number of the newest iteration that was opened"),
  TRAIN_STEP(Kind.GAUGE, "orcaflow.train.step", "Steps done in the iteration"),
  TRAIN_LOSS(Kind.GAUGE, "orcaflow.train.loss", "Loss of the last batch"),
  TRAIN_KL(Kind.GAUGE, "orcaflow.train.kl", "KTO: KL estimate, nats a sequence"),
  TRAIN_REWARD_CHOSEN(
      Kind.GAUGE, "orcaflow.train.reward.chosen", "Mean reward of desirable or chosen rows"),
  TRAIN_REWARD_REJECTED(
      Kind.GAUGE, "orcaflow.train.reward.rejected", "Mean reward of undesirable or rejected rows"),
  TRAIN_REWARD_MARGIN(
      Kind.GAUGE,
      "orcaflow.train.reward.margin",
      "Mean reward of desirable or chosen rows less that of undesirable or rejected ones"),
  TRAIN_DATA_AGE_MEAN(
      Kind.GAUGE, "orcaflow.train.data.age.mean", "Mean age of the batch's rows, in policies"),
  TRAIN_DATA_AGE_P99(
      Kind.GAUGE,
      "orcaflow.train.data.age.p99",
      "Age that 99 of 100 of the batch's rows do not exceed, in policies"),
  TRAIN_DATA_AGE_MAX(
      Kind.GAUGE, "orcaflow.train.data.age.max", "Age of the batch's oldest row, in policies"),
  TRAIN_MISMATCH_MAX(
      Kind.GAUGE,
      "orcaflow.train.mismatch.max",
      "Largest difference of a token's log-probability between sampler and trainer, nats"),
  TRAIN_STEP_TOKENS(Kind.GAUGE, "orcaflow.train.step.tokens", "Tokens of the last batch"),
  TRAIN_STEP_SECONDS(Kind.GAUGE, "orcaflow.train.step.seconds", "Seconds of the last step"),
  TRAIN_TOKENS_PER_SECOND(
      Kind.GAUGE, "orcaflow.train.tokens.per.second", "Tokens a second in the last step"),
  TRAIN_GRAD_NORM(Kind.GAUGE, "orcaflow.train.grad.norm", "Gradient norm before clipping"),
  TRAIN_LEARNING_RATE(Kind.GAUGE, "orcaflow.train.learning.rate", "Learning rate"),
  TRAIN_STEPS(Kind.COUNTER, "orcaflow.train.steps", "Steps done", "algorithm"),
  TRAIN_EXAMPLES(Kind.COUNTER, "orcaflow.train.examples", "Rows trained on", "algorithm"),
  TRAIN_SET_ASIDE(
      Kind.COUNTER, "orcaflow.train.set.aside", "Batches set aside by the guards", "algorithm"),
  TRAIN_ROWS_NEW(
      Kind.GAUGE, "orcaflow.train.rows.new", "Rows that are there for the next iteration"),
  TRAIN_ROWS_WANTED(
      Kind.GAUGE,
      "orcaflow.train.rows.wanted",
      "Rows that open the next iteration; 0 where the trainer opens none"),
  TRAIN_ROWS_STALE(
      Kind.COUNTER,
      "orcaflow.train.rows.stale",
      "Rows left out because the policy that wrote them is too old"),
  TRAIN_POLICY_LAG(
      Kind.GAUGE, "orcaflow.train.policy.lag", "Iterations opened that have no policy yet"),
  TRAIN_ALARMS(
      Kind.COUNTER,
      "orcaflow.train.alarms",
      "Times that training went where it should not",
      "kind"),
  EVALUATIONS(Kind.COUNTER, "orcaflow.evaluations", "Policies evaluated", "mode"),
  SCORE(
      Kind.GAUGE,
      "orcaflow.score",
      "Share of right answers of the policy that was evaluated last",
      "benchmark",
      "mode"),

  POLICY_ITERATION(
      Kind.GAUGE,
      "orcaflow.policy.iteration",
      "Iteration of the policy served as latest; 0 before the first"),
  POLICY_REQUESTS(
      Kind.COUNTER, "orcaflow.policy.requests", "Requests to the policy server", "status"),
  POLICY_COMPLETION_TOKENS(
      Kind.COUNTER, "orcaflow.policy.completion.tokens", "Tokens of completions"),
  POLICY_QUEUE(Kind.GAUGE, "orcaflow.policy.queue", "Completions waiting for the student"),
  POLICY_RUNNING(Kind.GAUGE, "orcaflow.policy.running", "Completions in work"),
  POLICY_BATCH(Kind.SUMMARY, "orcaflow.policy.batch", "Completions made side by side"),
  POLICY_DROPPED(
      Kind.COUNTER,
      "orcaflow.policy.dropped",
      "Completions given up half-way, as their client had left"),
  POLICY_SWITCH(
      Kind.TIMER,
      "orcaflow.policy.switch",
      "From a new policy until a request that is there begins with it"),
  POLICY_FIRST_REQUEST(
      Kind.TIMER,
      "orcaflow.policy.first.request",
      "From a new policy to the first request that it begins to answer, the time in which nobody"
          + " asked included");

  /** How a metric is shown, and under which names. */
  public enum Kind {
    COUNTER("counter", "_total"),
    GAUGE("gauge", ""),
    /** A count, a sum and a largest value. */
    SUMMARY("summary", "_count", "_sum", "_max"),
    /** Seconds, with quantiles over the last hour. */
    TIMER("summary", "_seconds", "_seconds_count", "_seconds_sum", "_seconds_max"),
    /** Seconds, with buckets that can be added up over processes. */
    HISTOGRAM("histogram", "_seconds_bucket", "_seconds_count", "_seconds_sum", "_seconds_max");

    private final String type;
    private final List<String> suffixes;

    Kind(String type, String... suffixes) {
      this.type = type;
      this.suffixes = List.of(suffixes);
    }

    /** What Prometheus calls it. */
    public String type() {
      return type;
    }
  }

  private static final Duration QUANTILES_OVER = Duration.ofHours(1);

  /** From an answer out of a store to a long solution of a slow model. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60),
    Duration.ofSeconds(180)
  };

  private final Kind kind;
  private final String id;
  private final String help;
  private final List<String> labels;

  Metric(Kind kind, String id, String help, String... labels) {
    this.kind = kind;
    this.id = id;
    this.help = help;
    this.labels = List.of(labels);
  }

  public Kind kind() {
    return kind;
  }

  /** One clause, without a full stop. */
  public String help() {
    return help;
  }

  /** Without {@code service}, and without those that Prometheus adds to quantiles and buckets. */
  public List<String> labels() {
    return labels;
  }

  /** Its family in {@code /metrics}, e.g. {@code orcaflow_model_calls_seconds}. */
  public String family() {
    String name = id.replace('.', '_');
    return switch (kind) {
      case COUNTER -> name + "_total";
      case TIMER, HISTOGRAM -> name + "_seconds";
      default -> name;
    };
  }

  /** The names of its series in {@code /metrics}. */
  public List<String> series() {
    String name = id.replace('.', '_');
    return kind.suffixes.stream().map(suffix -> name + suffix).toList();
  }

  /**
   * The counter with these values of the labels, in their order.
   *
   * @throws IllegalArgumentException if there are more or fewer values than labels
   */
  public Counter counter(MeterRegistry registry, String... values) {
    return Counter.builder(id).description(help).tags(tags(values)).register(registry);
  }

  /** Shows a number, which is kept alive, with these values of the labels. */
  public Gauge gauge(MeterRegistry registry, Supplier<Number> number, String... values) {
    return Gauge.builder(id, number).description(help).tags(tags(values)).register(registry);
  }

  /** The timer with these values of the labels. */
  public Timer timer(MeterRegistry registry, String... values) {
    Timer.Builder timer = Timer.builder(id).description(help).tags(tags(values));
    return (kind == Kind.HISTOGRAM
            ? timer.serviceLevelObjectives(BUCKETS)
            : timer.publishPercentiles(0.5, 0.99).distributionStatisticExpiry(QUANTILES_OVER))
        .register(registry);
  }

  /** The summary with these values of the labels. */
  public DistributionSummary summary(MeterRegistry registry, String... values) {
    return DistributionSummary.builder(id).description(help).tags(tags(values)).register(registry);
  }

  private List<Tag> tags(String... values) {
    if (values.length != labels.size()) {
      throw new IllegalArgumentException(
          "%s has the labels %s, and %d values".formatted(id, labels, values.length));
    }
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(labels.get(i), values[i]));
    }
    return tags;
  }
}
