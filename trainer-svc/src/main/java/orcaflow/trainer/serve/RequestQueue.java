package orcaflow.trainer.serve;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Requests that wait for the student, first come, first served. Its capacity is counted in
 * completions, which is what requests cost. Thread-safe.
 */
final class RequestQueue {

  private final int capacity;
  private final LinkedList<PendingRequest> waiting = new LinkedList<>();
  private int completionsWaiting;
  private boolean closed;

  /**
   * @param capacity most completions waiting
   */
  RequestQueue(int capacity) {
    this.capacity = capacity;
  }

  /** A request that waits, and its result to come. */
  final class PendingRequest {
    private final ChatRequest request;
    private final Instant asked = Instant.now();
    private final CompletableFuture<Completions> result = new CompletableFuture<>();

    private PendingRequest(ChatRequest request) {
      this.request = request;
    }

    ChatRequest request() {
      return request;
    }

    /** When the request came. */
    Instant asked() {
      return asked;
    }

    CompletableFuture<Completions> result() {
      return result;
    }

    /** The client is gone: the request is not begun any more, or stops if it has begun. */
    void cancel() {
      synchronized (RequestQueue.this) {
        if (waiting.remove(this)) {
          completionsWaiting -= request.n();
        }
      }
      result.cancel(false);
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
    if (completionsWaiting + request.n() > capacity) {
      throw ApiError.queueFull(completionsWaiting);
    }
    PendingRequest pending = new PendingRequest(request);
    waiting.add(pending);
    completionsWaiting += request.n();
    notifyAll();
    return pending;
  }

  /** Completions waiting. */
  synchronized int waiting() {
    return completionsWaiting;
  }

  /**
   * The next requests to begin, in the order of arrival, as long as together they are at most
   * {@code room} completions.
   *
   * @param idle whether to wait for the first, then for others up to {@code gather}; at least one
   *     is returned then, however large it is
   * @param gather how long an idle caller waits for more than one
   * @return nothing once the queue is closed
   */
  synchronized List<PendingRequest> next(int room, boolean idle, Duration gather)
      throws InterruptedException {
    if (idle) {
      while (waiting.isEmpty() && !closed) {
        wait();
      }
      long deadline = System.nanoTime() + gather.toNanos();
      long left;
      while (completionsWaiting < room
          && !closed
          && (left = (deadline - System.nanoTime()) / 1_000_000) > 0) {
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
      completionsWaiting -= n;
      completions += n;
    }
    return next;
  }

  /** Ends the wait; requests that still wait are refused. */
  void close() {
    List<PendingRequest> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(waiting);
      waiting.clear();
      completionsWaiting = 0;
      notifyAll();
    }
    left.forEach(pending -> pending.result.completeExceptionally(ApiError.stopping()));
  }

  /** Whether {@link #close} was called. */
  synchronized boolean closed() {
    return closed;
  }
}
