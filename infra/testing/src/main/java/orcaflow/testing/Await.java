package orcaflow.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for a fact. The looks come quickly at first and then four times a second: most of them read
 * a topic, and what they cost is missing to the service that they wait for.
 */
public final class Await {

  /**
   * How long a test waits for what must come, in seconds. It ends a hanging test; a slow machine
   * stays far below.
   */
  public static final long LIMIT_SECONDS = 1200;

  /** The same as a duration. */
  public static final Duration LIMIT = Duration.ofSeconds(LIMIT_SECONDS);

  private static final long FIRST_MILLIS = 10;
  private static final long LAST_MILLIS = 250;

  private Await() {}

  /**
   * Returns when it holds.
   *
   * @param what the fact, for the message
   * @throws AssertionError if it does not hold in time
   */
  public static void until(String what, Duration patience, BooleanSupplier holds) {
    long deadline = System.nanoTime() + patience.toNanos();
    long pause = FIRST_MILLIS;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("within %s not so: %s".formatted(patience, what));
      }
      LockSupport.parkNanos(Duration.ofMillis(pause).toNanos());
      pause = Math.min(2 * pause, LAST_MILLIS);
    }
  }
}
