package orcaflow.agents.stage.worker;

import java.time.Duration;

/**
 * The time until which a closing lane may continue its batch. Times are those of {@link
 * System#nanoTime()}. Set by the thread that closes, read by the lane.
 */
final class DrainDeadline {

  private volatile long at;
  private volatile boolean set;

  void set(long now, Duration drain) {
    at = now + drain.toNanos();
    set = true;
  }

  /** Whether the lane is closing. */
  boolean isSet() {
    return set;
  }

  boolean passed(long now) {
    return set && now - at >= 0;
  }

  /** The earlier of this deadline and another time. */
  long orEarlier(long time) {
    return set && at - time < 0 ? at : time;
  }
}
