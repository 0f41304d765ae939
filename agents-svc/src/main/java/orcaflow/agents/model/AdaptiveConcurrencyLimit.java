package orcaflow.agents.model;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;

/**
 * Bounds the calls to an endpoint that are in flight; further calls wait in order. The limit adapts
 * by additive increase and multiplicative decrease: it is halved when more than a fifth of a round
 * fails, at most once a round, and grows by one after any other full round. Fewer failures say
 * nothing about the load; a large endpoint always has some. After a failure that calls for a pause
 * ({@link PacingRule}), no call of any caller starts before it is over; where another endpoint can
 * be asked, the calls that wait for a long one fail.
 */
final class AdaptiveConcurrencyLimit {

  /** One failure in this number of calls is borne. */
  private static final int TOLERATED = 5;

  private final int maximum;
  private final PacingRule pacing;
  private final ScheduledExecutorService clock;
  private final Deque<Promise<Void>> waiting = new ArrayDeque<>();
  private int limit;
  private int inFlight;
  private int successes;
  private int failures;
  private int callsBeforeNextCut;
  private int failuresInARow;
  private int unusableInARow;
  private long pausedUntil = System.nanoTime();
  private Instant pausedSince = Instant.now();
  private Optional<ModelFailure> pausedBy = Optional.empty();

  AdaptiveConcurrencyLimit(int maximum, PacingRule pacing, ScheduledExecutorService clock) {
    this.maximum = maximum;
    this.pacing = pacing;
    this.limit = maximum;
    this.clock = clock;
  }

  /** Runs the call as soon as the limit permits; completes as the call does. */
  <T> Future<T> run(Supplier<Future<T>> call) {
    return run(call, false);
  }

  /**
   * The same.
   *
   * @param again whether it was tried before, and so goes ahead of those that wait
   */
  <T> Future<T> run(Supplier<Future<T>> call, boolean again) {
    return acquire(again)
        .compose(
            permit ->
                Future.<Void>succeededFuture()
                    .compose(start -> call.get())
                    .onComplete(done -> release(done.cause())));
  }

  private Future<Void> acquire(boolean first) {
    Promise<Void> permit = Promise.promise();
    synchronized (this) {
      Optional<ModelFailure> away = away();
      if (away.isPresent()) {
        return Future.failedFuture(away.get());
      }
      if (first) {
        waiting.addFirst(permit);
      } else {
        waiting.add(permit);
      }
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
      if (failure instanceof Unavailable known && known.remedy() == Remedy.ASK_AGAIN) {
        unusableInARow++;
        pacing.pause(known, unusableInARow).ifPresent(wait -> pause(known, wait));
      } else if (failure instanceof ModelFailure known && known.retryable()) {
        overloaded(known, startedBeforeLastCut);
      } else {
        succeeded();
      }
    }
    letGo();
    admitWaiting();
  }

  /** No call starts before the wait is over that the failure names. */
  void hold(ModelFailure failure) {
    synchronized (this) {
      pacing.pause(failure, 1).ifPresent(wait -> pause(failure, wait));
    }
    letGo();
  }

  /** The calls that wait fail where they need not wait. */
  private void letGo() {
    List<Promise<Void>> leaving;
    Optional<ModelFailure> away;
    synchronized (this) {
      away = away();
      leaving = away.isPresent() ? List.copyOf(waiting) : List.of();
      waiting.removeAll(leaving);
    }
    leaving.forEach(call -> call.fail(away.orElseThrow()));
  }

  /** The wait of all callers, if there is one. */
  synchronized Optional<Waiting> held(String endpoint) {
    Duration left = paused();
    return pausedBy
        .filter(by -> !left.isZero())
        .map(
            by ->
                new Waiting(
                    endpoint,
                    by.getMessage(),
                    Remedy.WAIT,
                    pausedSince,
                    0,
                    Instant.now().plus(left)));
  }

  /** A budget that is spent says nothing of the endpoint. */
  private void overloaded(ModelFailure failure, boolean startedBeforeLastCut) {
    if (failure instanceof Unavailable away && away.remedy() == Remedy.BUDGET) {
      return;
    }
    boolean overload = !startedBeforeLastCut && ++failures * TOLERATED > limit;
    if (overload) {
      failuresInARow++;
      halve();
    }
    if (overload || certain(failure)) {
      pacing.pause(failure, Math.max(1, failuresInARow)).ifPresent(wait -> pause(failure, wait));
    }
    endRound();
  }

  /** Whether one failure alone says that nobody is served. */
  private static boolean certain(ModelFailure failure) {
    return failure.retryAfter().isPresent()
        || failure instanceof Unavailable away
            && (away.remedy() == Remedy.MONEY || away.remedy() == Remedy.SETTING);
  }

  private void succeeded() {
    failuresInARow = 0;
    unusableInARow = 0;
    successes++;
    endRound();
  }

  private void endRound() {
    if (successes + failures >= limit) {
      limit = Math.min(maximum, limit + 1);
      successes = 0;
      failures = 0;
    }
  }

  /** The calls in flight see the same overload: their failures do not halve the limit again. */
  private void halve() {
    limit = Math.max(1, limit / 2);
    callsBeforeNextCut = inFlight;
    successes = 0;
    failures = 0;
  }

  private void pause(ModelFailure failure, Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    if (until - pausedUntil > 0) {
      pausedSince = paused().isZero() ? Instant.now() : pausedSince;
      pausedUntil = until;
      pausedBy = Optional.of(failure);
      clock.schedule(this::admitWaiting, wait.toMillis() + 1, TimeUnit.MILLISECONDS);
    }
  }

  /** The failure for which calls leave at present. */
  private Optional<ModelFailure> away() {
    Duration left = paused();
    return left.isZero() ? Optional.empty() : pausedBy.filter(by -> pacing.leaves(by, left));
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
