package orcaflow.agents.stage.worker;

import java.time.Duration;

/**
 * The time for which a lane certainly has the locks of its inputs. It counts from before the
 * request that acquired or renewed them, so the broker's locks end later, never earlier.
 *
 * @param since {@link System#nanoTime()} before the acquiring or renewing request
 * @param lock duration of the locks
 */
record LockLease(long since, Duration lock) {

  /** The time to renew: half of the lock has passed. */
  long renewAt() {
    return since + lock.toNanos() / 2;
  }

  /** Whether no other worker can have acquired the inputs by then. */
  boolean certainAt(long now) {
    return now - since < lock.toNanos();
  }

  /** The one of two that ends first. */
  LockLease orEarlier(LockLease other) {
    return other.since + other.lock.toNanos() - (since + lock.toNanos()) < 0 ? other : this;
  }
}
