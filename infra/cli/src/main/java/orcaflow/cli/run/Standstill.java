package orcaflow.cli.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a run that does not move while inputs wait for it.
 *
 * @param waiting inputs
 * @param seconds since when nothing came of it
 * @param why in a sentence; empty where nobody looked for the cause
 */
public record Standstill(Part part, long waiting, long seconds, String why) {

  /** Shorter ones are the usual time of a batch. */
  private static final Duration NOTED_AFTER = Duration.ofSeconds(10);

  static List<Standstill> of(RunSnapshot run, Movements movements, Instant now) {
    List<Standstill> found = new ArrayList<>();
    run.work()
        .forEach(
            (part, work) ->
                movements
                    .standsSince(part)
                    .map(since -> Duration.between(since, now))
                    .filter(time -> work.waiting() > 0 && time.compareTo(NOTED_AFTER) >= 0)
                    .ifPresent(
                        time ->
                            found.add(new Standstill(part, work.waiting(), time.toSeconds(), ""))));
    return found;
  }

  /** The same with its cause. */
  public Standstill because(String cause) {
    return new Standstill(part, waiting, seconds, cause);
  }

  @Override
  public String toString() {
    return "%s: nothing for %,d s, while %,d inputs wait%s"
        .formatted(part, seconds, waiting, why.isEmpty() ? "" : ": " + why);
  }
}
