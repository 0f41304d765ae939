package orcaflow.trainer.generate;

import java.util.List;
import java.util.stream.IntStream;

/** A question in a {@link ContinuousBatch}. */
public final class Generation {

  private final GenerationRequest question;
  private final StopRule stopRule;
  private final List<Sequence> rows;
  private int open;
  private volatile boolean cancelled;

  Generation(GenerationRequest question, StopRule stopRule) {
    this.question = question;
    this.stopRule = stopRule;
    this.open = question.samples();
    this.rows =
        IntStream.range(0, question.samples())
            .mapToObj(sample -> new Sequence(this, sample))
            .toList();
  }

  public GenerationRequest question() {
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
  public RequestOutput answer() {
    if (!done()) {
      throw new IllegalStateException(open + " completions are still in work");
    }
    return new RequestOutput(rows.stream().map(Sequence::sample).toList());
  }

  List<Sequence> rows() {
    return rows;
  }

  StopRule stopRule() {
    return stopRule;
  }

  void rowDone() {
    open--;
  }
}
