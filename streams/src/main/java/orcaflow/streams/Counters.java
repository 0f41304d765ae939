package orcaflow.streams;

import io.micrometer.core.instrument.MeterRegistry;
import orcaflow.events.VerdictValue;
import orcaflow.streams.admit.Decision;

/**
 * What passed through each stage, for dashboards. Labels are closed sets: stages, reasons, verdicts
 * and kinds of rows. A transaction that is aborted and done again counts twice here, so the books
 * of a run are closed from its topics, never from these.
 */
public final class Counters {

  /** Stages by the name they carry in labels and in outcomes. */
  public enum Stage {
    ADMIT("admit"),
    SCHEDULE("schedule"),
    GRADE("grade"),
    PAIR("pair");

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

  private final MeterRegistry registry;

  public Counters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A stage read a record. */
  public void consumed(Stage stage) {
    registry.counter("orcaflow.streams.consumed", "stage", stage.label).increment();
  }

  /** A stage read a record that it had met before, and left it alone. */
  public void repeated(Stage stage) {
    registry.counter("orcaflow.streams.repeated", "stage", stage.label).increment();
  }

  /** A candidate was admitted or rejected. */
  public void decided(Decision decision) {
    registry.counter("orcaflow.admit.decisions", "decision", decision.label()).increment();
  }

  /** Rollouts were asked for. */
  public void requested() {
    registry.counter("orcaflow.schedule.requests").increment();
  }

  /** A rollout got its final verdict. */
  public void graded(VerdictValue verdict) {
    registry.counter("orcaflow.grade.verdicts", "verdict", verdict.name()).increment();
  }

  /** A rollout was sent to the judge. */
  public void judgeAsked() {
    registry.counter("orcaflow.grade.judge.requests").increment();
  }

  /** Rows of training data were written. */
  public void rows(Row row, int count) {
    registry.counter("orcaflow.pair.rows", "kind", row.label).increment(count);
  }
}
