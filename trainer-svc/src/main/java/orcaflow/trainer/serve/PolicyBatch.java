package orcaflow.trainer.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import orcaflow.trainer.generate.ContinuousBatch;
import orcaflow.trainer.generate.Generation;
import orcaflow.trainer.generate.Sampler;

/**
 * A policy while it answers: its running batches, one for each computing thread, and who waits for
 * what in them. It keeps the policy, whatever becomes the newest meanwhile, until the last answer
 * is there. Used by one thread.
 */
final class PolicyBatch implements AutoCloseable {

  /** Another thread is worth it only beyond so many completions. */
  private static final int FEW = 16;

  private record Slot(RequestQueue.PendingRequest pending, Generation answering) {}

  private final PolicyCache.Lease lease;
  private final List<ContinuousBatch> batches = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();

  /**
   * @param lease given back when this is closed
   */
  PolicyBatch(PolicyCache.Lease lease) {
    this.lease = lease;
    for (int lane = 0; lane < Sampler.lanes(); lane++) {
      batches.add(lease.served().runningBatch());
    }
  }

  /** Takes a request in, or tells it why not. */
  void admit(RequestQueue.PendingRequest pending) {
    try {
      slots.add(new Slot(pending, lease.served().begin(pending.request(), emptiest())));
    } catch (ApiError tooLong) {
      pending.answer().completeExceptionally(tooLong);
    }
  }

  /** Completions in work. */
  int rows() {
    return batches.stream().mapToInt(ContinuousBatch::rows).sum();
  }

  boolean empty() {
    return slots.isEmpty();
  }

  /**
   * Continues all by a token or a few, and answers who is served.
   *
   * @return completions dropped, as nobody waits for them any more
   */
  int advance() {
    int dropped = dropDeparted();
    Sampler.advance(batches.stream().filter(batch -> batch.rows() > 0).toList());
    for (Iterator<Slot> all = slots.iterator(); all.hasNext(); ) {
      Slot slot = all.next();
      if (slot.answering.done()) {
        all.remove();
        slot.pending.answer().complete(lease.served().end(slot.pending.request(), slot.answering));
      }
    }
    return dropped;
  }

  /** Tells everyone aboard why there is no answer. */
  void fail(ApiError error) {
    slots.forEach(slot -> slot.pending.answer().completeExceptionally(error));
    slots.clear();
  }

  private int dropDeparted() {
    int dropped = 0;
    for (Iterator<Slot> all = slots.iterator(); all.hasNext(); ) {
      Slot slot = all.next();
      if (slot.pending.answer().isDone()) {
        all.remove();
        slot.answering.cancel();
        dropped += slot.pending.request().n();
      }
    }
    return dropped;
  }

  private ContinuousBatch emptiest() {
    return batches.stream()
        .filter(batch -> batch.rows() < FEW)
        .findFirst()
        .orElseGet(
            () ->
                batches.stream().min(Comparator.comparingInt(ContinuousBatch::rows)).orElseThrow());
  }

  @Override
  public void close() {
    batches.forEach(ContinuousBatch::close);
    lease.close();
  }
}
