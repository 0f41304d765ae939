package orcaflow.agents.stage.worker;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import orcaflow.schemas.log.Fencing;
import orcaflow.service.MetricsBinding;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread of a worker: connects, then takes batch after batch. When the cluster fails, or a
 * batch has to be given back, the lane leaves the share group, which returns its inputs, rests and
 * connects again. Inputs whose outcome was stored before are then found among the finished ones. A
 * lane that another process has fenced does not connect again: it reports the failure and ends.
 */
final class Lane<I extends SpecificRecord> implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration REST_AFTER_GIVING_BACK = Duration.ofSeconds(15);

  private static final long IDLE = Long.MIN_VALUE;

  private final StageContext<I> context;
  private final String id;
  private final int batch;
  private final GroupCommit outcomes;
  private final Consumer<RuntimeException> onFailure;
  private final DrainDeadline drain = new DrainDeadline();
  private final Object rest = new Object();
  private volatile boolean ready;
  private volatile BatchRun<I> current;
  private volatile long busySince = IDLE;

  /**
   * @param id names the share group member and the thread
   * @param batch maximum inputs that it acquires at once
   * @param outcomes shared by the lanes of a worker
   * @param onFailure receives the cause when the lane ends without having been closed
   */
  Lane(
      StageContext<I> context,
      String id,
      int batch,
      GroupCommit outcomes,
      Consumer<RuntimeException> onFailure) {
    this.context = context;
    this.id = id;
    this.batch = batch;
    this.outcomes = outcomes;
    this.onFailure = onFailure;
  }

  @Override
  public void run() {
    try {
      while (!drain.isSet()) {
        Duration pause = session();
        ready = false;
        rest(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failure) {
      onFailure.accept(failure);
    } catch (Error failure) {
      onFailure.accept(new IllegalStateException("%s died: %s".formatted(id, failure), failure));
    } finally {
      ready = false;
    }
  }

  /** Works until the lane is closed or fails; returns the rest before the next session. */
  private Duration session() throws InterruptedException {
    try (ShareInbox<I> inbox = context.openInbox(id, batch);
        MetricsBinding in = inbox.bindMetrics(context.monitoring())) {
      outcomes.open();
      context.finishedInputs().catchUp();
      ready = true;
      while (!drain.isSet()) {
        if (!nextBatch(inbox)) {
          return REST_AFTER_GIVING_BACK;
        }
      }
      return Duration.ZERO;
    } catch (RuntimeException failure) {
      if (Fencing.isReasonOf(failure)) {
        throw failure;
      }
      context.meters().interrupted();
      LOG.warn("{} connects again, its inputs are given back: {}", id, reasons(failure));
      return REST_AFTER_FAILURE;
    }
  }

  /** Works on one batch; false if it is to be given back. */
  private boolean nextBatch(ShareInbox<I> inbox) throws InterruptedException {
    List<Input<I>> inputs = inbox.poll();
    if (inputs.isEmpty()) {
      return true;
    }
    context.meters().consumed(inputs);
    noteLastDeliveries(inputs);
    current = new BatchRun<>(context, inbox, outcomes, drain);
    busySince = System.nanoTime();
    try {
      return current.run(inputs);
    } finally {
      current = null;
      busySince = IDLE;
    }
  }

  private void noteLastDeliveries(List<Input<I>> inputs) {
    for (Input<I> input : inputs) {
      if (context.releaseRule().isLast(input.delivery())) {
        context.meters().lastDelivery();
        LOG.warn(
            "{}: delivery {} of input {} is the last one; the input is kept until it is finished",
            context.stage().name(),
            input.delivery(),
            input.id());
      }
    }
  }

  /** Takes no further batch; the current one may continue for the given time. */
  void close(Duration drainTime) {
    drain.set(System.nanoTime(), drainTime);
    BatchRun<I> batch = current;
    if (batch != null) {
      batch.wake();
    }
    synchronized (rest) {
      rest.notifyAll();
    }
  }

  /** How long the lane has worked on its batch; zero while it has none. */
  Duration busyFor() {
    long since = busySince;
    return since == IDLE ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  /** Whether the lane is connected. */
  boolean ready() {
    return ready;
  }

  private void rest(Duration pause) throws InterruptedException {
    synchronized (rest) {
      if (!drain.isSet() && !pause.isZero()) {
        rest.wait(pause.toMillis());
      }
    }
  }

  private static String reasons(Throwable failure) {
    return failure.getCause() == null
        ? failure.toString()
        : failure + " because of " + failure.getCause();
  }
}
