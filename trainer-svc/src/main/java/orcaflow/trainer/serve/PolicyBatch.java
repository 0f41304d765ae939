package orcaflow.trainer.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import orcaflow.trainer.generate.ContinuousBatch;
import orcaflow.trainer.generate.Generation;
import orcaflow.trainer.generate.Sampler;

/**
 * The running requests of one policy: a batch for each computing thread, and a slot for each
 * request. It keeps its policy until the last request is done, even if a newer one appears. Used by
 * one thread.
 */
final class PolicyBatch implements AutoCloseable {

  /** From this number of completions on, another thread is worth it. */
  private static final int FEW = 16;

  private record Slot(RequestQueue.PendingRequest pending, Generation generation) {}

  private final PolicyCache.Lease lease;
  private final List<ContinuousBatch> batches = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();

  /**
   * @param lease closed with this
   */
  PolicyBatch(PolicyCache.Lease lease) {
    this.lease = lease;
    for (int lane = 0; lane < Sampler.threads(); lane++) {
      batches.add(lease.policy().newBatch());
    }
  }

  /** Adds a request, or completes it with the error. */
  void admit(RequestQueue.PendingRequest pending) {
    try {
      slots.add(new Slot(pending, lease.policy().begin(pending.request(), emptiest())));
    } catch (ApiError tooLong) {
      pending.result().completeExceptionally(tooLong);
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
   * Continues all by one or a few tokens, and completes the requests that are done.
   *
   * @return completions dropped because their client is gone
   */
  int advance() {
    int dropped = dropCancelled();
    Sampler.advance(batches.stream().filter(batch -> batch.rows() > 0).toList());
    for (Iterator<Slot> all = slots.iterator(); all.hasNext(); ) {
      Slot slot = all.next();
      if (slot.generation.done()) {
        all.remove();
        slot.pending.result().complete(lease.policy().end(slot.pending.request(), slot.generation));
      }
    }
    return dropped;
  }

  /** Completes every request with an error. */
  void fail(ApiError error) {
    slots.forEach(slot -> slot.pending.result().completeExceptionally(error));
    slots.clear();
  }

  private int dropCancelled() {
    int dropped = 0;
    for (Iterator<Slot> all = slots.iterator(); all.hasNext(); ) {
      Slot slot = all.next();
      if (slot.pending.result().isDone()) {
        all.remove();
        slot.generation.cancel();
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
