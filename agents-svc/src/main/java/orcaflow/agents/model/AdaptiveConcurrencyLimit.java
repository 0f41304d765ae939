package orcaflow.agents.model;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Bounds the calls to an endpoint that are in flight; further calls wait in order. The limit adapts
 * by additive increase and multiplicative decrease: it is halved when more than a fifth of a round
 * fails, at most once a round, and grows by one after any other full round. Fewer failures say
 * nothing about the load; a large endpoint always has some. When an endpoint answers with {@code
 * Retry-After}, no call starts before that time.
 */
final class AdaptiveConcurrencyLimit {

  /** One failure in so many calls is borne. */
  private static final int TOLERATED = 5;

  private final int maximum;
  private final ScheduledExecutorService clock;
  private final Queue<Promise<Void>> waiting = new ArrayDeque<>();
  private int limit;
  private int inFlight;
  private int successes;
  private int failures;
  private int callsBeforeNextCut;
  private long pausedUntil = System.nanoTime();

  AdaptiveConcurrencyLimit(int maximum, ScheduledExecutorService clock) {
    this.maximum = maximum;
    this.limit = maximum;
    this.clock = clock;
  }

  /** Runs the call as soon as the limit permits; completes as the call does. */
  <T> Future<T> run(Supplier<Future<T>> call) {
    return acquire().compose(permit -> call.get()).onComplete(done -> release(done.cause()));
  }

  private Future<Void> acquire() {
    Promise<Void> permit = Promise.promise();
    synchronized (this) {
      waiting.add(permit);
    }
    admitWaiting();
    return permit.future();
  }

  private void release(Throwable failure) {
    synchronized (this) {
      inFlight--;
      boolean startedBeforeLastCut = callsBeforeNextCut > 0;
      if (startedBeforeLastCut) {
        callsBeforeNextCut--;
      }
      boolean overloaded =
          failure instanceof ModelFailure.RateLimited
              || failure instanceof ModelFailure.Unavailable;
      if (overloaded) {
        if (!startedBeforeLastCut && ++failures * TOLERATED > limit) {
          halve();
        }
      } else {
        successes++;
      }
      if (successes + failures >= limit) {
        limit = Math.min(maximum, limit + 1);
        successes = 0;
        failures = 0;
      }
      if (failure instanceof ModelFailure.RateLimited limited) {
        limited.retryAfter().ifPresent(this::pause);
      }
    }
    admitWaiting();
  }

  /** The calls in flight see the same overload: their failures do not halve the limit again. */
  private void halve() {
    limit = Math.max(1, limit / 2);
    callsBeforeNextCut = inFlight;
    successes = 0;
    failures = 0;
  }

  private void pause(Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    if (until - pausedUntil > 0) {
      pausedUntil = until;
      clock.schedule(this::admitWaiting, wait.toMillis() + 1, TimeUnit.MILLISECONDS);
    }
  }

  private void admitWaiting() {
    List<Promise<Void>> admitted = new ArrayList<>();
    synchronized (this) {
      while (inFlight < limit && !waiting.isEmpty() && System.nanoTime() - pausedUntil >= 0) {
        inFlight++;
        admitted.add(waiting.remove());
      }
    }
    admitted.forEach(Promise::complete);
  }

  synchronized int limit() {
    return limit;
  }
}
