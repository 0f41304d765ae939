package orcaflow.agents.stage.worker;

import java.time.Duration;

/**
 * How long a worker may believe that its inputs are its own. Counted from before the request that
 * acquired or renewed them, so the broker's own count ends later, never earlier.
 *
 * @param since {@link System#nanoTime()} before the acquiring or renewing request
 * @param lock duration granted
 */
record LockLease(long since, Duration lock) {

  /** Renewing begins when half of the lock is gone. */
  long renewAt() {
    return since + lock.toNanos() / 2;
  }

  /** Whether nobody else can have been given the inputs by then. */
  boolean certainAt(long now) {
    return now - since < lock.toNanos();
  }
}
