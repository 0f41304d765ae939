package orcaflow.trainer.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where requests wait for the student, as at a shop's counter: so many places, first come, first
 * served, and those who want the same policy are served together. Measured in completions, as that
 * is what they cost. Thread-safe.
 */
final class Counter {

  private final int places;
  private final LinkedList<Ticket> waiting = new LinkedList<>();
  private int taken;
  private boolean closed;

  /**
   * @param places most completions waiting
   */
  Counter(int places) {
    this.places = places;
  }

  /** A request that waits, and where its answer will be. */
  final class Ticket {
    private final ChatRequest request;
    private final CompletableFuture<Completions> answer = new CompletableFuture<>();

    private Ticket(ChatRequest request) {
      this.request = request;
    }

    ChatRequest request() {
      return request;
    }

    CompletableFuture<Completions> answer() {
      return answer;
    }

    /** The client is gone: if nobody has begun with it, nobody will. */
    void leave() {
      synchronized (Counter.this) {
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
  synchronized Ticket enter(ChatRequest request) {
    if (closed) {
      throw ApiError.stopping();
    }
    if (taken + request.n() > places) {
      throw ApiError.queueFull(taken);
    }
    Ticket ticket = new Ticket(request);
    waiting.add(ticket);
    taken += request.n();
    notifyAll();
    return ticket;
  }

  /** Completions waiting. */
  synchronized int waiting() {
    return taken;
  }

  /**
   * The next requests to serve together: all want the same policy, and together at most {@code
   * most} completions, or one request. Waits for the first, then a little for company.
   *
   * @return nothing once the counter is closed
   */
  synchronized List<Ticket> next(int most, Duration company) throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    long deadline = System.nanoTime() + company.toNanos();
    long left;
    while (taken < most && !closed && (left = (deadline - System.nanoTime()) / 1_000_000) > 0) {
      wait(left);
    }
    return closed ? List.of() : together(most);
  }

  /** Ends the wait; whoever still waits is sent away. */
  void close() {
    List<Ticket> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(waiting);
      waiting.clear();
      taken = 0;
      notifyAll();
    }
    left.forEach(ticket -> ticket.answer.completeExceptionally(ApiError.stopping()));
  }

  private List<Ticket> together(int most) {
    List<Ticket> batch = new ArrayList<>();
    if (waiting.isEmpty()) {
      return batch;
    }
    Optional<String> version = waiting.getFirst().request.version();
    int completions = 0;
    for (Iterator<Ticket> tickets = waiting.iterator(); tickets.hasNext(); ) {
      Ticket ticket = tickets.next();
      int n = ticket.request.n();
      boolean fits = batch.isEmpty() || completions + n <= most;
      if (fits && ticket.request.version().equals(version)) {
        tickets.remove();
        taken -= n;
        completions += n;
        batch.add(ticket);
      }
    }
    return batch;
  }

  /** Whether {@link #close} was called. */
  synchronized boolean closed() {
    return closed;
  }
}
