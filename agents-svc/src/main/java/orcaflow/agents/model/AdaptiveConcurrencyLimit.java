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
 * Lets at most so many calls of an endpoint through at once; the rest wait in order. How many
 * adapts: one more after each full round of successes, half of it when the endpoint is overloaded,
 * once a round. An endpoint that asks for time gets it from everybody.
 */
final class AdaptiveConcurrencyLimit {

  private final int most;
  private final ScheduledExecutorService clock;
  private final Queue<Promise<Void>> waiting = new ArrayDeque<>();
  private int limit;
  private int inside;
  private int successes;
  private int untilNextCut;
  private long shutUntil = System.nanoTime();

  AdaptiveConcurrencyLimit(int most, ScheduledExecutorService clock) {
    this.most = most;
    this.limit = most;
    this.clock = clock;
  }

  <T> Future<T> through(Supplier<Future<T>> call) {
    return enter().compose(in -> call.get()).onComplete(done -> leave(done.cause()));
  }

  private Future<Void> enter() {
    Promise<Void> turn = Promise.promise();
    synchronized (this) {
      waiting.add(turn);
    }
    admit();
    return turn.future();
  }

  private void leave(Throwable failure) {
    synchronized (this) {
      inside--;
      boolean sawTheLastCut = untilNextCut > 0;
      if (sawTheLastCut) {
        untilNextCut--;
      }
      boolean overloaded =
          failure instanceof ModelFailure.RateLimited
              || failure instanceof ModelFailure.Unavailable;
      if (overloaded) {
        successes = 0;
        if (!sawTheLastCut) {
          cut();
        }
      } else if (++successes >= limit) {
        successes = 0;
        limit = Math.min(most, limit + 1);
      }
      if (failure instanceof ModelFailure.RateLimited limited) {
        limited.retryAfter().ifPresent(this::shut);
      }
    }
    admit();
  }

  /** Calls still inside see the same overload: they do not cut again. */
  private void cut() {
    limit = Math.max(1, limit / 2);
    untilNextCut = inside;
  }

  private void shut(Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    if (until - shutUntil > 0) {
      shutUntil = until;
      clock.schedule(this::admit, wait.toMillis() + 1, TimeUnit.MILLISECONDS);
    }
  }

  private void admit() {
    List<Promise<Void>> admitted = new ArrayList<>();
    synchronized (this) {
      while (inside < limit && !waiting.isEmpty() && System.nanoTime() - shutUntil >= 0) {
        inside++;
        admitted.add(waiting.remove());
      }
    }
    admitted.forEach(Promise::complete);
  }

  synchronized int limit() {
    return limit;
  }
}
