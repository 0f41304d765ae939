package orcaflow.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * How often a dead stream thread is replaced, and after which wait. The wait doubles with each
 * failure within ten minutes, so that the service survives an outage of a minute, and a permanent
 * fault ends it.
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

  /** How long to wait before the thread that failed now is replaced; empty to give up. */
  synchronized Optional<Duration> after(Instant failure) {
    while (!failures.isEmpty() && failures.peekFirst().isBefore(failure.minus(WINDOW))) {
      failures.removeFirst();
    }
    failures.addLast(failure);
    if (failures.size() > most) {
      return Optional.empty();
    }
    // The longest wait is reached after fewer doublings than this.
    Duration wait = SHORTEST.multipliedBy(1L << Math.min(failures.size() - 1, 20));
    return Optional.of(wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
  }
}
