package orcaflow.cli.continuous;

import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.cli.run.Iterations;
import orcaflow.cli.stall.StallWatch;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;

/**
 * What the trainer does at present, for the progress line: it waits for rows, or it trains. The
 * trainer's threads write, the command's reads.
 */
public final class TrainingView implements orcaflow.trainer.Progress {

  private volatile Optional<Now> now = Optional.empty();
  private volatile Optional<StallWatch.Rows> rows = Optional.empty();

  private record Now(String phase, long done, long total, String detail) {}

  @Override
  public void waiting(String iteration, long rows, long wanted) {
    now = Optional.of(new Now(iteration + " rows", Math.min(rows, wanted), wanted, ""));
    this.rows = Optional.of(new StallWatch.Rows(rows, wanted));
  }

  @Override
  public void step(TrainingStep step) {
    rows = Optional.empty();
    now =
        Optional.of(
            new Now(
                "%s %s".formatted(step.getIteration(), step.getAlgorithm()),
                step.getStep(),
                step.getSteps(),
                Iterations.numbers(step)));
  }

  @Override
  public void policy(Policy policy) {
    now = Optional.empty();
    rows = Optional.empty();
  }

  /** The rows that the trainer waits for; empty while it has something else to do. */
  public Optional<StallWatch.Rows> rows() {
    return rows;
  }

  /**
   * Shows it.
   *
   * @param more what else is worth seeing
   */
  public void show(Progress progress, String more) {
    now.ifPresent(
        seen ->
            progress.show(
                seen.phase(),
                seen.done(),
                OptionalLong.of(seen.total()),
                seen.detail().isEmpty() ? more : seen.detail() + "; " + more));
  }
}
