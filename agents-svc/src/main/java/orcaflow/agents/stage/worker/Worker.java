package orcaflow.agents.stage.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import orcaflow.agents.stage.StageLimits;
import orcaflow.schemas.log.Fencing;
import org.apache.avro.specific.SpecificRecord;

/**
 * A batch of inputs in flight, in lanes that take new inputs independently of each other, and one
 * transactional producer that stores the outcomes of all. It begins with one lane, and while all
 * lanes are busy it starts as many again, up to the most: each lane is a member of the share group
 * with connections and threads of its own. When a lane fails and does not connect again, the others
 * end too.
 */
final class Worker<I extends SpecificRecord> implements Runnable {

  /** How long all lanes are busy before there are more. */
  private static final Duration GROW_AFTER = Duration.ofMillis(100);

  private final String id;
  private final GroupCommit outcomes;
  private final List<Lane<I>> lanes = new ArrayList<>();
  private final List<Thread> started = new ArrayList<>();
  private final Consumer<RuntimeException> onFailure;
  private volatile boolean closing;

  /**
   * @param id names the transactions, and with a number the lanes
   * @param onFailure receives the cause when the worker ends without having been closed
   */
  Worker(StageContext<I> context, String id, Consumer<RuntimeException> onFailure) {
    this.id = id;
    this.onFailure = onFailure;
    outcomes = new GroupCommit(() -> context.openOutcomeWriter(id), context.monitoring());
    StageLimits limits = context.stage().limits();
    for (int lane = 0; lane < limits.lanes(); lane++) {
      lanes.add(new Lane<>(context, id + "." + lane, limits.batchOf(lane), outcomes, this::failed));
    }
  }

  /** Works until every lane has ended. */
  @Override
  public void run() {
    try {
      startMore(1);
      while (awaitAny()) {
        if (!closing && lanes.subList(0, started.size()).stream().allMatch(this::busy)) {
          startMore(started.size());
        }
      }
    } catch (InterruptedException e) {
      started.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
    } finally {
      outcomes.close();
    }
  }

  private boolean busy(Lane<I> lane) {
    return lane.busyFor().compareTo(GROW_AFTER) >= 0;
  }

  private void startMore(int count) {
    int end = Math.min(lanes.size(), started.size() + count);
    for (int lane = started.size(); lane < end; lane++) {
      Thread thread = new Thread(lanes.get(lane), id + "." + lane);
      started.add(thread);
      thread.start();
    }
  }

  /** Waits a moment for the end of a lane; returns whether one still runs. */
  private boolean awaitAny() throws InterruptedException {
    for (Thread thread : started) {
      if (thread.isAlive()) {
        thread.join(GROW_AFTER.toMillis());
        return true;
      }
    }
    return false;
  }

  private void failed(RuntimeException failure) {
    onFailure.accept(
        Fencing.isReasonOf(failure)
            ? new IllegalStateException(
                "%s: another process uses the same instance name; give each its own 'instance'"
                    .formatted(id),
                failure)
            : failure);
    close(Duration.ZERO);
  }

  /** Takes no further inputs; those in flight may continue for the given time. */
  void close(Duration drainTime) {
    closing = true;
    lanes.forEach(lane -> lane.close(drainTime));
  }

  /** Whether a lane is connected; further ones connect as they are needed. */
  boolean ready() {
    return lanes.stream().anyMatch(Lane::ready);
  }
}
