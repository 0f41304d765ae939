package orcaflow.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * How often a stream thread that died is replaced, and after what wait: twice as long after each
 * failure within the window, so that an outage of a minute is sat out and a fault that stays ends
 * the service.
 */
final class Restarts {

  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final int most;
  private final Deque<Instant> failures = new ArrayDeque<>();

  /**
   * @param most replacements within ten minutes
   */
  Restarts(int most) {
    this.most = most;
  }

  /** How long to wait before replacing the thread that failed now; empty to give up. */
  synchronized Optional<Duration> after(Instant failure) {
    while (!failures.isEmpty() && failures.peekFirst().isBefore(failure.minus(WINDOW))) {
      failures.removeFirst();
    }
    failures.addLast(failure);
    if (failures.size() > most) {
      return Optional.empty();
    }
    // Beyond this many doublings the longest wait is reached.
    Duration wait = SHORTEST.multipliedBy(1L << Math.min(failures.size() - 1, 20));
    return Optional.of(wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
  }
}
