package orcaflow.trainer.generate;

import java.util.List;
import java.util.stream.IntStream;

/** A request in a {@link ContinuousBatch}, and its completions so far. */
public final class Generation {

  private final GenerationRequest request;
  private final StopRule stopRule;
  private final List<Sequence> rows;
  private int open;
  private volatile boolean cancelled;

  Generation(GenerationRequest request, StopRule stopRule) {
    this.request = request;
    this.stopRule = stopRule;
    this.open = request.samples();
    this.rows =
        IntStream.range(0, request.samples())
            .mapToObj(sample -> new Sequence(this, sample))
            .toList();
  }

  public GenerationRequest request() {
    return request;
  }

  /** Its rows leave the batch before the next tokens. It may be called on any thread. */
  public void cancel() {
    cancelled = true;
  }

  public boolean cancelled() {
    return cancelled;
  }

  /** Whether all its completions are finished. */
  public boolean done() {
    return open == 0;
  }

  /**
   * The completions.
   *
   * @throws IllegalStateException before it is done
   */
  public RequestOutput output() {
    if (!done()) {
      throw new IllegalStateException(open + " completions are still in work");
    }
    return new RequestOutput(rows.stream().map(Sequence::output).toList());
  }

  List<Sequence> rows() {
    return rows;
  }

  StopRule stopRule() {
    return stopRule;
  }

  void sequenceDone() {
    open--;
  }
}
