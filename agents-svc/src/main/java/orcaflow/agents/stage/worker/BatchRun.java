package orcaflow.agents.stage.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * The work on one batch: run the agent, renew the locks meanwhile, store the outcomes of finished
 * inputs in one transaction, then accept these inputs. Inputs that are still held at the end go
 * back to the share group when the inbox is closed.
 */
final class BatchRun<I extends SpecificRecord> {

  private final StageContext<I> context;
  private final ShareInbox<I> inbox;
  private final GroupCommit outcomes;
  private final DrainDeadline drain;
  private final WorkBatch<I> batch;
  private final Set<Input<I>> held = Collections.newSetFromMap(new IdentityHashMap<>());
  private final long acquiredAt = System.nanoTime();
  private final Instant acquired = Instant.now();

  BatchRun(
      StageContext<I> context, ShareInbox<I> inbox, GroupCommit outcomes, DrainDeadline drain) {
    this.context = context;
    this.inbox = inbox;
    this.outcomes = outcomes;
    this.drain = drain;
    this.batch = context.newBatch();
  }

  /** Works until every input is finished; false if the rest is to be given back. */
  boolean run(List<Input<I>> inputs) throws InterruptedException {
    held.addAll(inputs);
    try {
      context.finishedInputs().catchUp();
      batch.start(inputs);
      while (true) {
        batch.await(drain.orEarlier(inbox.lease().renewAt()));
        settle(batch.takeFinished());
        if (held.isEmpty()) {
          return true;
        }
        if (drain.passed(System.nanoTime()) || outOfPatience()) {
          return false;
        }
        if (System.nanoTime() - inbox.lease().renewAt() >= 0) {
          renew();
        }
      }
    } finally {
      batch.abandon();
      context.meters().givenBack(held.size());
    }
  }

  /** Ends a wait for the agent; called by the thread that closes the worker. */
  void wake() {
    batch.wake();
  }

  /** Stores first, accepts afterwards. */
  private void settle(List<WorkBatch.Finished<I>> finished) {
    if (finished.isEmpty()) {
      return;
    }
    List<WorkBatch.Finished<I>> settled =
        finished.stream().filter(each -> each.fate() instanceof Fate.Settled).toList();
    if (!settled.isEmpty()) {
      outcomes.store(settled, inbox.lease());
      context
          .finishedInputs()
          .addAll(settled.stream().map(each -> each.input().outcomeId()).toList());
      context.spans().settled(settled, acquired);
    }
    batch.release(finished);
    context.meters().finished(finished);
    finished.forEach(each -> held.remove(each.input()));
    inbox.acknowledge(finished);
  }

  private boolean outOfPatience() {
    return context
        .releaseRule()
        .givesBack(
            Duration.ofNanos(System.nanoTime() - acquiredAt),
            batch.postponed(),
            held.stream().mapToInt(Input::delivery).max().orElse(0));
  }

  /** Renews the locks. An input whose lock is lost belongs to another worker and is dropped. */
  private void renew() {
    for (Input<I> lost : inbox.renew(held)) {
      batch.drop(lost);
      held.remove(lost);
      context.meters().givenBack(1);
    }
  }
}
