package orcaflow.trainer.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import orcaflow.trainer.student.Answering;
import orcaflow.trainer.student.RunningBatch;
import orcaflow.trainer.student.Sampler;

/**
 * A policy while it answers: its running batches, one for each computing thread, and who waits for
 * what in them. It keeps the policy, whatever becomes the newest meanwhile, until the last answer
 * is there. Used by one thread.
 */
final class Flight implements AutoCloseable {

  /** Another thread is worth it only beyond so many completions. */
  private static final int FEW = 16;

  private record Seat(Counter.Ticket ticket, Answering answering) {}

  private final Shelf.Loan loan;
  private final List<RunningBatch> batches = new ArrayList<>();
  private final List<Seat> seats = new ArrayList<>();

  /**
   * @param loan given back when this is closed
   */
  Flight(Shelf.Loan loan) {
    this.loan = loan;
    for (int lane = 0; lane < Sampler.lanes(); lane++) {
      batches.add(loan.served().runningBatch());
    }
  }

  /** Takes a request in, or tells it why not. */
  void board(Counter.Ticket ticket) {
    try {
      seats.add(new Seat(ticket, loan.served().begin(ticket.request(), emptiest())));
    } catch (ApiError tooLong) {
      ticket.answer().completeExceptionally(tooLong);
    }
  }

  /** Completions in work. */
  int rows() {
    return batches.stream().mapToInt(RunningBatch::rows).sum();
  }

  boolean empty() {
    return seats.isEmpty();
  }

  /**
   * Continues all by a token or a few, and answers who is served.
   *
   * @return completions dropped, as nobody waits for them any more
   */
  int advance() {
    int dropped = dropDeparted();
    Sampler.advance(batches.stream().filter(batch -> batch.rows() > 0).toList());
    for (Iterator<Seat> all = seats.iterator(); all.hasNext(); ) {
      Seat seat = all.next();
      if (seat.answering.done()) {
        all.remove();
        seat.ticket.answer().complete(loan.served().end(seat.ticket.request(), seat.answering));
      }
    }
    return dropped;
  }

  /** Tells everyone aboard why there is no answer. */
  void fail(ApiError error) {
    seats.forEach(seat -> seat.ticket.answer().completeExceptionally(error));
    seats.clear();
  }

  private int dropDeparted() {
    int dropped = 0;
    for (Iterator<Seat> all = seats.iterator(); all.hasNext(); ) {
      Seat seat = all.next();
      if (seat.ticket.answer().isDone()) {
        all.remove();
        seat.answering.cancel();
        dropped += seat.ticket.request().n();
      }
    }
    return dropped;
  }

  private RunningBatch emptiest() {
    return batches.stream()
        .filter(batch -> batch.rows() < FEW)
        .findFirst()
        .orElseGet(
            () -> batches.stream().min(Comparator.comparingInt(RunningBatch::rows)).orElseThrow());
  }

  @Override
  public void close() {
    batches.forEach(RunningBatch::close);
    loan.close();
  }
}
