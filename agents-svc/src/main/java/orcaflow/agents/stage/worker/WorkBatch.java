package orcaflow.agents.stage.worker;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import orcaflow.agents.stage.Reply;
import orcaflow.agents.stage.Stage;
import org.apache.avro.specific.SpecificRecord;

/**
 * The inputs in one worker's hands. Agents run on a Vert.x context and report here; the worker
 * waits here. The monitor of this object guards the two collections.
 */
final class WorkBatch<I extends SpecificRecord> {

  /** An input with its fate. */
  record Finished<I extends SpecificRecord>(Input<I> input, Fate fate) {}

  private final Stage<I> stage;
  private final FinishedInputs finishedInputs;
  private final Context context;
  private final Map<String, Input<I>> inFlight = new LinkedHashMap<>();
  private final List<Input<I>> claimed = new ArrayList<>();
  private List<Finished<I>> finished = new ArrayList<>();
  private final Set<String> postponed = new HashSet<>();
  private volatile boolean abandoned;

  WorkBatch(Stage<I> stage, FinishedInputs finishedInputs, Context context) {
    this.stage = stage;
    this.finishedInputs = finishedInputs;
    this.context = context;
  }

  /** Starts the agent on all of them. */
  void start(Collection<Input<I>> inputs) {
    synchronized (this) {
      inputs.forEach(input -> inFlight.put(place(input), input));
    }
    context.runOnContext(go -> inputs.forEach(this::begin));
  }

  private void begin(Input<I> input) {
    if (abandoned) {
      return;
    }
    if (!wanted(input)) {
      finish(input, new Fate.Unwanted());
    } else if (!claim(input)) {
      again(input, this::begin);
    } else if (finishedInputs.contains(input.outcomeId())) {
      finish(input, new Fate.Repeated());
    } else if (input.defect().isPresent()) {
      finish(input, Fate.Settled.dead(input.defect().get()));
    } else {
      work(input);
    }
  }

  private boolean wanted(Input<I> input) {
    return input.event().map(stage.agent()::wants).orElse(true);
  }

  private void work(Input<I> input) {
    if (abandoned) {
      return;
    }
    try {
      stage.agent().work(input.event().orElseThrow()).onComplete(done -> report(input, done));
    } catch (RuntimeException | StackOverflowError e) {
      finish(input, Fate.Settled.dead(e));
    }
  }

  private void report(Input<I> input, AsyncResult<Reply> done) {
    if (done.failed()) {
      finish(input, Fate.Settled.dead(done.cause()));
    } else if (done.result() instanceof Reply.Produced produced) {
      finish(input, Fate.Settled.done(produced.outputs()));
    } else if (done.result() instanceof Reply.Skipped skipped) {
      finish(input, Fate.Settled.skipped(skipped.reason()));
    } else {
      synchronized (this) {
        postponed.add(place(input));
      }
      again(input, this::work);
    }
  }

  private void again(Input<I> input, Consumer<Input<I>> step) {
    context
        .owner()
        .setTimer(
            stage.load().retryPause().toMillis(),
            timer -> context.runOnContext(go -> step.accept(input)));
  }

  private synchronized boolean claim(Input<I> input) {
    if (abandoned || !finishedInputs.claim(input.outcomeId())) {
      return false;
    }
    claimed.add(input);
    return true;
  }

  private synchronized void finish(Input<I> input, Fate fate) {
    if (inFlight.remove(place(input)) != null) {
      postponed.remove(place(input));
      finished.add(new Finished<>(input, fate));
      if (inFlight.isEmpty()) {
        notifyAll();
      }
    }
  }

  /** Waits until all are finished, that time has come, or {@link #wake} is called. */
  synchronized void await(long nanoTime) throws InterruptedException {
    long left = nanoTime - System.nanoTime();
    if (!inFlight.isEmpty() && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  synchronized void wake() {
    notifyAll();
  }

  /** What was finished since the last call. */
  synchronized List<Finished<I>> takeFinished() {
    List<Finished<I>> taken = finished;
    finished = new ArrayList<>();
    return taken;
  }

  /** Whether the agent's last word on one of those still in flight was to wait. */
  synchronized boolean postponed() {
    return !postponed.isEmpty();
  }

  /** The lock on this input is lost: somebody else has it now. */
  synchronized void lose(Input<I> input) {
    inFlight.remove(place(input));
    postponed.remove(place(input));
    finished.removeIf(each -> each.input() == input);
  }

  /** Whatever agents still report is of no interest; others may claim the inputs. */
  synchronized void abandon() {
    abandoned = true;
    inFlight.clear();
    claimed.forEach(input -> finishedInputs.unclaim(input.outcomeId()));
    claimed.clear();
  }

  private static String place(Input<?> input) {
    return input.record().partition() + "@" + input.record().offset();
  }
}
