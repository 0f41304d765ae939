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

  /** Classes with a label of their own: 0 to 4, and 5 for groups of more than four rollouts. */
  private static final int CLASSES = 6;

  private final MeterRegistry registry;
  private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();

  public Counters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Offsets of the inputs that were removed before they were read. */
  void removed(long offsets) {
    Counter.builder("orcaflow.streams.removed")
        .description("Offsets of the inputs that were removed before they were read")
        .register(registry)
        .increment(offsets);
  }

  /** A stage read a record. */
  public void consumed(Stage stage) {
    counter("orcaflow.streams.consumed", "stage", stage.label).increment();
  }

  /** A stage read a record again, and ignored it. */
  public void repeated(Stage stage) {
    counter("orcaflow.streams.repeated", "stage", stage.label).increment();
  }

  /**
   * The rollouts of a problem were graded; those that are all right or all wrong give no signal.
   */
  public void groupGraded(int right, int samples) {
    String result = right == 0 ? "none-right" : right == samples ? "all-right" : "mixed";
    counter("orcaflow.grade.groups", "result", result).increment();
  }

  /** A candidate was admitted or rejected; the label of the decision is from a closed set. */
  public void decided(String decision) {
    counter("orcaflow.admit.decisions", "decision", decision).increment();
  }

  /** Rollouts were asked for. */
  public void requested() {
    counter("orcaflow.schedule.requests").increment();
  }

  /** A rollout has its final verdict. */
  public void graded(VerdictValue verdict) {
    counter("orcaflow.grade.verdicts", "verdict", verdict.name()).increment();
  }

  /** A rollout was sent to the judge. */
  public void judgeAsked() {
    counter("orcaflow.grade.judge.requests").increment();
  }

  /** A partial group was written. */
  public void partial() {
    counter("orcaflow.grade.partial").increment();
  }

  /** The second checker contradicts a verdict. */
  public void disagreed() {
    counter("orcaflow.grade.disagreements").increment();
  }

  /** A group gives no rows because its rollouts cast doubt on the reference. */
  public void flagged() {
    counter("orcaflow.pair.flagged").increment();
  }

  /** A demonstration was written. */
  public void row(Demonstration row) {
    rows(Row.DEMONSTRATION);
    counter(
            "orcaflow.pair.demonstrations",
            "origin",
            row.getIteration() == 0 ? "teacher" : "rollout")
        .increment();
  }

  /** A labelled completion was written. */
  public void row(LabelledCompletion row) {
    rows(Row.LABELLED_COMPLETION);
    counter(
            "orcaflow.pair.labels",
            "label",
            row.getDesirable() ? "desirable" : "undesirable",
            "origin",
            row.getOrigin(),
            "correct",
            solved(row.getCorrectCount()))
        .increment();
  }

  /** A preference pair was written. */
  public void row(PreferencePair row) {
    rows(Row.PREFERENCE_PAIR);
    counter(
            "orcaflow.pair.pairs",
            "rejected",
            row.getDonorProblemId() == null ? "rollout" : "synthetic",
            "correct",
            solved(row.getCorrectCount()))
        .increment();
  }

  private void rows(Row row) {
    counter("orcaflow.pair.rows", "kind", row.label).increment();
  }

  /** Cached, because the registry builds and filters an id at each look-up. */
  private Counter counter(String... nameAndTags) {
    return counters.computeIfAbsent(List.of(nameAndTags), this::register);
  }

  private Counter register(List<String> nameAndTags) {
    String[] tags = nameAndTags.subList(1, nameAndTags.size()).toArray(String[]::new);
    return registry.counter(nameAndTags.get(0), tags);
  }

  /** The class of a group: how many of its rollouts are right. */
  private static String solved(int correct) {
    return correct < CLASSES ? Integer.toString(correct) : CLASSES + " or more";
  }
}
