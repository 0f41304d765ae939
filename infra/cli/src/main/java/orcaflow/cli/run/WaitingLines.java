package orcaflow.cli.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import orcaflow.agents.model.Waiting;
import orcaflow.cli.terminal.Progress;

/** Says every ten seconds on the screen which endpoints are waited for, and why. */
public final class WaitingLines {

  private static final Duration EVERY = Duration.ofSeconds(10);

  private final Supplier<List<Waiting>> waiting;
  private final Progress progress;
  private Instant last = Instant.EPOCH;

  public WaitingLines(Supplier<List<Waiting>> waiting, Progress progress) {
    this.waiting = waiting;
    this.progress = progress;
  }

  /** Called again and again while something is waited for. */
  public void show() {
    Instant now = Instant.now();
    if (last.plus(EVERY).isAfter(now)) {
      return;
    }
    for (Waiting each : waiting.get()) {
      if (each.worthSaying(now)) {
        last = now;
        progress.say(each.sentence(now));
      }
    }
  }
}
