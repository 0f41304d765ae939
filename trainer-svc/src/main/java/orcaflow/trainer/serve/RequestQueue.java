package orcaflow.trainer.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Where requests wait for the student, as at a shop's queue: so many places, first come, first
 * served. Measured in completions, as that is what they cost. Thread-safe.
 */
final class RequestQueue {

  private final int places;
  private final LinkedList<PendingRequest> waiting = new LinkedList<>();
  private int taken;
  private boolean closed;

  /**
   * @param places most completions waiting
   */
  RequestQueue(int places) {
    this.places = places;
  }

  /** A request that waits, and where its answer will be. */
  final class PendingRequest {
    private final ChatRequest request;
    private final CompletableFuture<Completions> answer = new CompletableFuture<>();

    private PendingRequest(ChatRequest request) {
      this.request = request;
    }

    ChatRequest request() {
      return request;
    }

    CompletableFuture<Completions> answer() {
      return answer;
    }

    /** The client is gone: who has begun with it may stop, and nobody will begin. */
    void leave() {
      synchronized (RequestQueue.this) {
        if (waiting.remove(this)) {
          taken -= request.n();
        }
      }
      answer.cancel(false);
    }
  }

  /**
   * Queues a request.
   *
   * @throws ApiError 429 if there is no room, 503 after {@link #close}
   */
  synchronized PendingRequest enter(ChatRequest request) {
    if (closed) {
      throw ApiError.stopping();
    }
    if (taken + request.n() > places) {
      throw ApiError.queueFull(taken);
    }
    PendingRequest pending = new PendingRequest(request);
    waiting.add(pending);
    taken += request.n();
    notifyAll();
    return pending;
  }

  /** Completions waiting. */
  synchronized int waiting() {
    return taken;
  }

  /**
   * The next requests to begin with, in the order in which they came, as long as together they are
   * at most {@code room} completions. Who is idle waits for the first, then a little for company,
   * and is given at least one however large; who is not is given what is there.
   *
   * @return nothing once the queue is closed
   */
  synchronized List<PendingRequest> next(int room, boolean idle, Duration company)
      throws InterruptedException {
    if (idle) {
      while (waiting.isEmpty() && !closed) {
        wait();
      }
      long deadline = System.nanoTime() + company.toNanos();
      long left;
      while (taken < room && !closed && (left = (deadline - System.nanoTime()) / 1_000_000) > 0) {
        wait(left);
      }
    }
    List<PendingRequest> next = new ArrayList<>();
    int completions = 0;
    while (!waiting.isEmpty()) {
      int n = waiting.getFirst().request.n();
      boolean first = idle && next.isEmpty();
      if (!first && completions + n > room) {
        break;
      }
      next.add(waiting.removeFirst());
      taken -= n;
      completions += n;
    }
    return next;
  }

  /** Ends the wait; whoever still waits is sent away. */
  void close() {
    List<PendingRequest> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(waiting);
      waiting.clear();
      taken = 0;
      notifyAll();
    }
    left.forEach(pending -> pending.answer.completeExceptionally(ApiError.stopping()));
  }

  /** Whether {@link #close} was called. */
  synchronized boolean closed() {
    return closed;
  }
}
