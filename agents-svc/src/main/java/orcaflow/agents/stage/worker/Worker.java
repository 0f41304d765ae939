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
 * transactional producer that stores the outcomes of all. When a lane fails and does not connect
 * again, the others end too.
 */
final class Worker<I extends SpecificRecord> implements Runnable {

  private final String id;
  private final GroupCommit outcomes;
  private final List<Lane<I>> lanes = new ArrayList<>();
  private final Consumer<RuntimeException> onFailure;

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
    List<Thread> threads = new ArrayList<>();
    for (int lane = 0; lane < lanes.size(); lane++) {
      threads.add(new Thread(lanes.get(lane), id + "." + lane));
    }
    threads.forEach(Thread::start);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
    } finally {
      outcomes.close();
    }
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
    lanes.forEach(lane -> lane.close(drainTime));
  }

  /** Whether every lane is connected. */
  boolean ready() {
    return lanes.stream().allMatch(Lane::ready);
  }
}
