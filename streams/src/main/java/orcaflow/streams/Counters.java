package orcaflow.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Stages;
import orcaflow.service.Metric;

/**
 * Metrics of the stages, for dashboards. Labels are closed sets: stages, reasons, verdicts and
 * kinds of rows. A transaction that is aborted and repeated counts twice here, so the accounts of a
 * run are made from its topics, never from these counters.
 */
public final class Counters {

  /** Stages, with their names in labels and outcomes. */
  public enum Stage {
    ADMIT(Stages.ADMIT),
    SCHEDULE(Stages.SCHEDULE),
    GRADE(Stages.GRADE),
    PAIR(Stages.PAIR),
    CLOSE(Stages.CLOSE);

    private final String label;

    Stage(String label) {
      this.label = label;
    }
  }

  /** Rows of training data. */
  public enum Row {
    DEMONSTRATION("demonstration"),
    LABELLED_COMPLETION("labelled-completion"),
    PREFERENCE_PAIR("preference-pair");

    private final String label;

    Row(String label) {
      this.label = label;
    }
  }

  /** What the rollouts of a problem are. */
  private enum Result {
    NONE_RIGHT("none-right"),
    MIXED("mixed"),
    ALL_RIGHT("all-right");

    private final String label;

    Result(String label) {
      this.label = label;
    }
  }

  /** Classes with a label of their own: 0 to 4, and 5 for groups of more than four rollouts. */
  private static final int CLASSES = 6;

  private static final List<Metric> UNLABELLED =
      List.of(
          Metric.STREAMS_REMOVED,
          Metric.SCHEDULE_REQUESTS,
          Metric.GRADE_JUDGE_REQUESTS,
          Metric.GRADE_PARTIAL,
          Metric.GRADE_DISAGREEMENTS,
          Metric.PAIR_FLAGGED);

  private record Key(Metric metric, List<String> labels) {}

  private final MeterRegistry registry;
  private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

  public Counters(MeterRegistry registry) {
    this.registry = registry;
    atZero();
  }

  /**
   * Series whose labels are known are there from the start, with 0: a share of nothing is 0 and not
   * unknown, and the first increment shows in a rate. Source: Prometheus' instrumentation
   * practices, "Avoid missing metrics".
   */
  private void atZero() {
    for (Result result : Result.values()) {
      counter(Metric.GRADE_GROUPS, result.label);
    }
    for (VerdictValue verdict : VerdictValue.values()) {
      counter(Metric.GRADE_VERDICTS, verdict.name());
    }
    for (Row row : Row.values()) {
      counter(Metric.PAIR_ROWS, row.label);
    }
    for (Metric metric : UNLABELLED) {
      counter(metric);
    }
  }

  /** Offsets of the inputs that were removed before they were read. */
  void removed(long offsets) {
    counter(Metric.STREAMS_REMOVED).increment(offsets);
  }

  /** A stage read a record. */
  public void consumed(Stage stage) {
    counter(Metric.STREAMS_CONSUMED, stage.label).increment();
  }

  /** A stage read a record again, and ignored it. */
  public void repeated(Stage stage) {
    counter(Metric.STREAMS_REPEATED, stage.label).increment();
  }

  /**
   * The rollouts of a problem were graded; those that are all right or all wrong give no signal.
   */
  public void groupGraded(int right, int samples) {
    Result result =
        right == 0 ? Result.NONE_RIGHT : right == samples ? Result.ALL_RIGHT : Result.MIXED;
    counter(Metric.GRADE_GROUPS, result.label).increment();
  }

  /** The labels that {@link #decided} is called with. */
  public void decisions(List<String> labels) {
    labels.forEach(label -> counter(Metric.ADMIT_DECISIONS, label));
  }

  /** A candidate was admitted or rejected; the label of the decision is from a closed set. */
  public void decided(String decision) {
    counter(Metric.ADMIT_DECISIONS, decision).increment();
  }

  /** Rollouts were asked for. */
  public void requested() {
    counter(Metric.SCHEDULE_REQUESTS).increment();
  }

  /** A rollout has its final verdict. */
  public void graded(VerdictValue verdict) {
    counter(Metric.GRADE_VERDICTS, verdict.name()).increment();
  }

  /** A rollout was sent to the judge. */
  public void judgeAsked() {
    counter(Metric.GRADE_JUDGE_REQUESTS).increment();
  }

  /** A partial group was written. */
  public void partial() {
    counter(Metric.GRADE_PARTIAL).increment();
  }

  /** The second checker contradicts a verdict. */
  public void disagreed() {
    counter(Metric.GRADE_DISAGREEMENTS).increment();
  }

  /** A group gives no rows because its rollouts cast doubt on the reference. */
  public void flagged() {
    counter(Metric.PAIR_FLAGGED).increment();
  }

  /** A demonstration was written. */
  public void row(Demonstration row) {
    rows(Row.DEMONSTRATION);
    counter(Metric.PAIR_DEMONSTRATIONS, row.getIteration() == 0 ? "teacher" : "rollout")
        .increment();
  }

  /** A labelled completion was written. */
  public void row(LabelledCompletion row) {
    rows(Row.LABELLED_COMPLETION);
    counter(
            Metric.PAIR_LABELS,
            row.getDesirable() ? "desirable" : "undesirable",
            row.getOrigin(),
            solved(row.getCorrectCount()))
        .increment();
  }

  /** A preference pair was written. */
  public void row(PreferencePair row) {
    rows(Row.PREFERENCE_PAIR);
    counter(
            Metric.PAIR_PAIRS,
            row.getDonorProblemId() == null ? "rollout" : "synthetic",
            solved(row.getCorrectCount()))
        .increment();
  }

  private void rows(Row row) {
    counter(Metric.PAIR_ROWS, row.label).increment();
  }

  /** Cached, because the registry builds and filters an id at each look-up. */
  private Counter counter(Metric metric, String... labels) {
    return counters.computeIfAbsent(
        new Key(metric, List.of(labels)), key -> metric.counter(registry, labels));
  }

  /** The class of a group: how many of its rollouts are right. */
  private static String solved(int correct) {
    return correct < CLASSES ? Integer.toString(correct) : CLASSES + " or more";
  }
}
