package orcaflow.agents.model;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Requests whose replies cannot be used, again and again. An endpoint that is ill makes every
 * request look so; a request is at fault only where the endpoint answers others meanwhile.
 */
final class SuspectRequests {

  /** A request with fewer failures, or for a shorter time, is never at fault. */
  static final int FAILURES = 4;

  static final Duration AT_LEAST = Duration.ofSeconds(30);

  private static final int MOST = 100_000;

  /** What a further failure of a request says. */
  enum Finding {
    /** Too early to say. */
    ASK_AGAIN,
    /** Nothing else was answered meanwhile: another question decides. */
    TRY_ANOTHER,
    /** Others were answered meanwhile. */
    AT_FAULT
  }

  private record Suspicion(long since, int failures, long successesBefore) {}

  private final LongSupplier nanoTime;
  private final Map<String, Suspicion> suspicions = new LinkedHashMap<>();
  private long successes;

  SuspectRequests(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  synchronized void succeeded(String request) {
    successes++;
    suspicions.remove(request);
  }

  /** Counts a reply that cannot be used. */
  synchronized void failed(String request) {
    suspicions.merge(
        request,
        new Suspicion(nanoTime.getAsLong(), 1, successes),
        (earlier, first) ->
            new Suspicion(earlier.since(), earlier.failures() + 1, earlier.successesBefore()));
    if (suspicions.size() > MOST) {
      suspicions.remove(suspicions.keySet().iterator().next());
    }
  }

  /** What the failures of the request so far say. */
  synchronized Finding finding(String request) {
    Suspicion suspicion = suspicions.get(request);
    if (suspicion == null
        || suspicion.failures() < FAILURES
        || nanoTime.getAsLong() - suspicion.since() < AT_LEAST.toNanos()) {
      return Finding.ASK_AGAIN;
    }
    return successes > suspicion.successesBefore() ? Finding.AT_FAULT : Finding.TRY_ANOTHER;
  }

  /** The number of failures of the request. */
  synchronized int failures(String request) {
    Suspicion suspicion = suspicions.get(request);
    return suspicion == null ? 0 : suspicion.failures();
  }

  /** The request has been given up. */
  synchronized void forget(String request) {
    suspicions.remove(request);
  }
}
