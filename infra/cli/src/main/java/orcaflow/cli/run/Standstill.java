package orcaflow.cli.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
    waiting(run)
        .forEach(
            (part, waiting) ->
                movements
                    .standsSince(part)
                    .map(since -> Duration.between(since, now))
                    .filter(time -> waiting > 0 && time.compareTo(NOTED_AFTER) >= 0)
                    .ifPresent(
                        time -> found.add(new Standstill(part, waiting, time.toSeconds(), ""))));
    return found;
  }

  private static Map<Part, Long> waiting(RunSnapshot run) {
    ProductionProgress made = run.production();
    Map<Part, Long> waiting = new EnumMap<>(Part.class);
    waiting.put(Part.ADMIT, made.candidates() - made.admitted() - made.rejected());
    waiting.put(Part.EXPAND, made.toExpand() - made.expanded());
    waiting.put(Part.SOLVE, made.admitted() - made.solved());
    long requested = 0;
    long sampled = 0;
    long graded = 0;
    for (RunSnapshot.Rollouts rollouts : run.rollouts().values()) {
      requested += rollouts.progress().requested();
      sampled += rollouts.progress().sampled();
      graded += rollouts.progress().graded();
    }
    waiting.put(Part.SAMPLE, requested - sampled);
    waiting.put(Part.GRADE, sampled - graded);
    waiting.put(
        Part.TRAIN,
        run.iterations().values().stream()
            .filter(iteration -> run.policy(iteration.getNumber()).isEmpty())
            .count());
    return waiting;
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
