package orcaflow.trainer.student;

import java.util.List;
import java.util.stream.IntStream;

/** A question in a {@link RunningBatch}. */
public final class Answering {

  private final Question question;
  private final StopRule stopRule;
  private final List<Row> rows;
  private int open;
  private volatile boolean cancelled;

  Answering(Question question, StopRule stopRule) {
    this.question = question;
    this.stopRule = stopRule;
    this.open = question.samples();
    this.rows =
        IntStream.range(0, question.samples()).mapToObj(sample -> new Row(this, sample)).toList();
  }

  public Question question() {
    return question;
  }

  /** Nobody waits for it any more: its rows leave the batch before the next tokens. Any thread. */
  public void cancel() {
    cancelled = true;
  }

  public boolean cancelled() {
    return cancelled;
  }

  /** Whether all its completions are there. */
  public boolean done() {
    return open == 0;
  }

  /**
   * What was answered.
   *
   * @throws IllegalStateException before it is done
   */
  public Answer answer() {
    if (!done()) {
      throw new IllegalStateException(open + " completions are still in work");
    }
    return new Answer(rows.stream().map(Row::sample).toList());
  }

  List<Row> rows() {
    return rows;
  }

  StopRule stopRule() {
    return stopRule;
  }

  void rowDone() {
    open--;
  }
}
