package orcaflow.streams.schedule;

import java.time.Duration;

/**
 * How fast requests are written when a policy opens an iteration.
 *
 * @param intervalMillis milliseconds between checks of the newest policy
 * @param batch most requests of a partition at one check, so that a large set of problems is not
 *     one transaction
 */
public record ScheduleSettings(int intervalMillis, int batch) {

  public ScheduleSettings {
    if (intervalMillis < 10 || intervalMillis > 60_000) {
      throw new IllegalArgumentException(
          "schedule.intervalMillis is %d: use 10 to 60000".formatted(intervalMillis));
    }
    if (batch < 1) {
      throw new IllegalArgumentException("schedule.batch is %d: use 1 or more".formatted(batch));
    }
  }

  Duration interval() {
    return Duration.ofMillis(intervalMillis);
  }
}
