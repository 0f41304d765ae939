package orcaflow.agents.stage.worker;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import orcaflow.service.MetricsBinding;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: take a batch, let the agent work, renew while it does, store all that came of it in one
 * transaction, then accept the inputs. When the cluster fails in between, everything is given back
 * and begun anew; what had been stored is then found among the finished inputs.
 */
final class Worker<I extends SpecificRecord> implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final Duration SHORT_REST = Duration.ofSeconds(1);
  private static final Duration LONG_REST = Duration.ofSeconds(15);

  private final RunningStage<I> stage;
  private final String id;
  private final Object rest = new Object();
  private volatile long closeAt;
  private volatile boolean closing;
  private volatile boolean ready;
  private volatile WorkBatch<I> current;

  Worker(RunningStage<I> stage, String id) {
    this.stage = stage;
    this.id = id;
  }

  @Override
  public void run() {
    try {
      while (!closing) {
        Duration pause = session();
        ready = false;
        rest(pause);
      }
    } catch (ProducerFencedException fenced) {
      LOG.error(
          "{} stops: another process uses the same instance name; give each its own 'instance'",
          id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ready = false;
    }
  }

  /** Works until closing or a failure; tells how long to rest before the next session. */
  private Duration session() throws InterruptedException {
    try (OutcomeWriter ledger = new OutcomeWriter(stage.cluster(), stage.name(), id);
        ShareInbox<I> inbox = new ShareInbox<>(stage.cluster(), stage.stage(), id);
        MetricsBinding in = inbox.watchedBy(stage.observatory());
        MetricsBinding out = ledger.watchedBy(stage.observatory())) {
      stage.finished().catchUp();
      ready = true;
      while (!closing) {
        if (!turn(inbox, ledger)) {
          return LONG_REST;
        }
      }
      return Duration.ZERO;
    } catch (ProducerFencedException fenced) {
      throw fenced;
    } catch (RuntimeException broken) {
      stage.meters().interrupted();
      LOG.warn("{} begins anew, its inputs are given back: {}", id, reasons(broken));
      return SHORT_REST;
    }
  }

  /** One batch; false if it was given back because the agent could not get on with it. */
  private boolean turn(ShareInbox<I> inbox, OutcomeWriter ledger) throws InterruptedException {
    List<Input<I>> inputs = inbox.poll();
    if (inputs.isEmpty()) {
      return true;
    }
    stage.meters().consumed(inputs);
    stage.noteLastDeliveries(inputs);
    stage.finished().catchUp();
    WorkBatch<I> batch = new WorkBatch<>(stage.stage(), stage.finished(), stage.context());
    current = batch;
    Set<Input<I>> held = Collections.newSetFromMap(new IdentityHashMap<>());
    held.addAll(inputs);
    long begun = System.nanoTime();
    try {
      batch.start(inputs);
      while (true) {
        batch.await(waitUntil(inbox.hold()));
        settle(batch.takeFinished(), held, inbox, ledger);
        if (held.isEmpty()) {
          return true;
        }
        boolean tired = batch.postponed() && since(begun).compareTo(patience()) > 0;
        if (drained() || tired && !stage.last(held)) {
          return false;
        }
        if (System.nanoTime() - inbox.hold().renewAt() >= 0) {
          renew(batch, held, inbox);
        }
      }
    } finally {
      current = null;
      batch.abandon();
      stage.meters().givenBack(held.size());
    }
  }

  /** Stores first, accepts afterwards. */
  private void settle(
      List<WorkBatch.Finished<I>> finished,
      Set<Input<I>> held,
      ShareInbox<I> inbox,
      OutcomeWriter ledger) {
    if (finished.isEmpty()) {
      return;
    }
    List<WorkBatch.Finished<I>> settled =
        finished.stream().filter(each -> each.fate() instanceof Fate.Settled).toList();
    if (!settled.isEmpty()) {
      ledger.store(settled, inbox.hold());
      stage.finished().addAll(settled.stream().map(each -> each.input().outcomeId()).toList());
    }
    stage.meters().finished(finished);
    finished.forEach(each -> held.remove(each.input()));
    inbox.acknowledge(finished);
  }

  /** Keeps what is held; what was lost to another worker is no longer ours to finish. */
  private void renew(WorkBatch<I> batch, Set<Input<I>> held, ShareInbox<I> inbox) {
    for (Input<I> lost : inbox.renew(held)) {
      batch.lose(lost);
      held.remove(lost);
      stage.meters().givenBack(1);
    }
  }

  private long waitUntil(LockLease hold) {
    return closing && closeAt - hold.renewAt() < 0 ? closeAt : hold.renewAt();
  }

  private boolean drained() {
    return closing && System.nanoTime() - closeAt >= 0;
  }

  /** No new batch; the one in hand may go on for that long. */
  void close(Duration drain) {
    closeAt = System.nanoTime() + drain.toNanos();
    closing = true;
    WorkBatch<I> batch = current;
    if (batch != null) {
      batch.wake();
    }
    synchronized (rest) {
      rest.notifyAll();
    }
  }

  boolean ready() {
    return ready;
  }

  private Duration patience() {
    return stage.stage().load().patience();
  }

  private void rest(Duration pause) throws InterruptedException {
    synchronized (rest) {
      if (!closing && !pause.isZero()) {
        rest.wait(pause.toMillis());
      }
    }
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  private static String reasons(Throwable failure) {
    return failure.getCause() == null
        ? failure.toString()
        : failure + " because of " + failure.getCause();
  }
}
