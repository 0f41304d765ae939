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
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * Bounds the calls to an endpoint that are in flight; further calls wait in order. The limit adapts
 * by additive increase and multiplicative decrease: it grows by one after each full round of
 * successes, and is halved when the endpoint is overloaded, at most once a round. After a failure
 * that calls for a pause ({@link PacingRule}), no call of any caller starts before it is over.
 */
final class AdaptiveConcurrencyLimit {

  private final int maximum;
  private final PacingRule pacing;
  private final ScheduledExecutorService clock;
  private final Queue<Promise<Void>> waiting = new ArrayDeque<>();
  private int limit;
  private int inFlight;
  private int successes;
  private int callsBeforeNextCut;
  private int failuresInARow;
  private int unusableInARow;
  private long pausedUntil = System.nanoTime();

  AdaptiveConcurrencyLimit(int maximum, PacingRule pacing, ScheduledExecutorService clock) {
    this.maximum = maximum;
    this.pacing = pacing;
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
      if (failure instanceof Unavailable away && away.remedy() == Remedy.ASK_AGAIN) {
        unusableInARow++;
        pacing.pause(away, unusableInARow).ifPresent(this::pause);
      } else if (failure instanceof ModelFailure known && known.retryable()) {
        overloaded(known, startedBeforeLastCut);
      } else {
        succeeded();
      }
    }
    admitWaiting();
  }

  /** A budget that is spent says nothing of the endpoint. */
  private void overloaded(ModelFailure failure, boolean startedBeforeLastCut) {
    if (failure instanceof Unavailable away && away.remedy() == Remedy.BUDGET) {
      return;
    }
    successes = 0;
    if (!startedBeforeLastCut) {
      failuresInARow++;
      halve();
    }
    pacing.pause(failure, Math.max(1, failuresInARow)).ifPresent(this::pause);
  }

  private void succeeded() {
    failuresInARow = 0;
    unusableInARow = 0;
    if (++successes >= limit) {
      successes = 0;
      limit = Math.min(maximum, limit + 1);
    }
  }

  /** The calls in flight see the same overload: their failures do not halve the limit again. */
  private void halve() {
    limit = Math.max(1, limit / 2);
    callsBeforeNextCut = inFlight;
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

  /** How long no call starts; zero when calls may start. */
  synchronized Duration paused() {
    return Duration.ofNanos(Math.max(0, pausedUntil - System.nanoTime()));
  }

  synchronized int limit() {
    return limit;
  }
}
