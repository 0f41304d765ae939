package orcaflow.cli.make;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * When a spent budget ends the making: once no call is in flight and what came of the last ones has
 * passed through, so that everything paid is decided.
 */
final class MoneyEnd {

  private static final long QUIET_NANOS = 5_000_000_000L;

  private final IntSupplier inFlight;
  private final LongSupplier events;
  private final LongSupplier clock;
  private long seen = -1;
  private long since;

  MoneyEnd(IntSupplier inFlight, LongSupplier events) {
    this(inFlight, events, System::nanoTime);
  }

  MoneyEnd(IntSupplier inFlight, LongSupplier events, LongSupplier clock) {
    this.inFlight = inFlight;
    this.events = events;
    this.clock = clock;
  }

  /**
   * Called again and again.
   *
   * @param spent whether calls are held back because a budget is spent
   */
  boolean isOver(boolean spent) {
    long now = clock.getAsLong();
    if (!spent || inFlight.getAsInt() > 0 || events.getAsLong() != seen) {
      seen = events.getAsLong();
      since = now;
      return false;
    }
    return now - since >= QUIET_NANOS;
  }
}
