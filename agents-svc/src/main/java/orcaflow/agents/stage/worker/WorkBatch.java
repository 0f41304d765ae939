package orcaflow.agents.stage.worker;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import orcaflow.agents.stage.Reply;
import orcaflow.agents.stage.Stage;
import org.apache.avro.specific.SpecificRecord;

/**
 * The inputs that one lane holds. The agent runs on a Vert.x context and reports fates here; the
 * lane's thread waits for them here. The monitor of this object guards the collections.
 */
final class WorkBatch<I extends SpecificRecord> {

  /** An input with its fate. */
  record Finished<I extends SpecificRecord>(Input<I> input, Fate fate) {}

  /** So that a transaction stores many inputs, and what is finished is soon to be seen. */
  private static final Duration STORE_AFTER = Duration.ofMillis(250);

  private final Stage<I> stage;
  private final Predicate<String> finishedBefore;
  private final InputClaims claims;
  private final Context context;
  private final WorkSpans<I> spans;
  private final Map<String, Input<I>> inFlight = new LinkedHashMap<>();
  private final Set<Input<I>> claimed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> postponed = new HashSet<>();
  private List<Finished<I>> finished = new ArrayList<>();
  private long firstFinished;
  private boolean woken;
  private volatile boolean abandoned;

  /**
   * @param finishedBefore whether an outcome with this id is stored
   * @param claims shared by the workers of the stage
   * @param context where the agent runs
   * @param spans of the work
   */
  WorkBatch(
      Stage<I> stage,
      Predicate<String> finishedBefore,
      InputClaims claims,
      Context context,
      WorkSpans<I> spans) {
    this.spans = spans;
    this.stage = stage;
    this.finishedBefore = finishedBefore;
    this.claims = claims;
    this.context = context;
  }

  /** Starts the agent on all inputs. */
  void start(Collection<Input<I>> inputs) {
    synchronized (this) {
      inputs.forEach(input -> inFlight.put(position(input), input));
    }
    context.runOnContext(run -> inputs.forEach(this::begin));
  }

  private void begin(Input<I> input) {
    if (abandoned) {
      return;
    }
    if (!wanted(input)) {
      finish(input, new Fate.Unwanted());
    } else if (!claim(input)) {
      retryLater(input, this::begin);
    } else if (finishedBefore.test(input.outcomeId())) {
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
      spans.during(input, stage.agent()::work).onComplete(reply -> report(input, reply));
    } catch (RuntimeException | StackOverflowError e) {
      finish(input, Fate.Settled.dead(e));
    }
  }

  private void report(Input<I> input, AsyncResult<Reply> reply) {
    if (reply.failed()) {
      finish(input, Fate.Settled.dead(reply.cause()));
    } else if (reply.result() instanceof Reply.Produced produced) {
      finish(input, Fate.Settled.done(produced.outputs()));
    } else if (reply.result() instanceof Reply.Skipped skipped) {
      finish(input, Fate.Settled.skipped(skipped.reason()));
    } else {
      synchronized (this) {
        postponed.add(position(input));
      }
      retryLater(input, this::work);
    }
  }

  private void retryLater(Input<I> input, Consumer<Input<I>> step) {
    context
        .owner()
        .setTimer(
            stage.limits().retryPause().toMillis(),
            timer -> context.runOnContext(run -> step.accept(input)));
  }

  private synchronized boolean claim(Input<I> input) {
    if (abandoned || !claims.claim(input.outcomeId())) {
      return false;
    }
    claimed.add(input);
    return true;
  }

  private synchronized void finish(Input<I> input, Fate fate) {
    if (inFlight.remove(position(input)) != null) {
      postponed.remove(position(input));
      boolean first = finished.isEmpty();
      if (first) {
        firstFinished = System.nanoTime();
      }
      finished.add(new Finished<>(input, fate));
      if (first || inFlight.isEmpty()) {
        notifyAll();
      }
    }
  }

  /**
   * Waits until all inputs are finished, one has waited {@link #STORE_AFTER} to be taken, the time
   * is over, or {@link #wake} is called.
   *
   * @param until end of the wait, as {@link System#nanoTime()}
   */
  synchronized void await(long until) throws InterruptedException {
    for (long left = left(until); !inFlight.isEmpty() && !woken && left > 0; left = left(until)) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    woken = false;
  }

  private long left(long until) {
    long now = System.nanoTime();
    long left = until - now;
    return finished.isEmpty() ? left : Math.min(left, firstFinished + STORE_AFTER.toNanos() - now);
  }

  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** The inputs finished since the last call. */
  synchronized List<Finished<I>> takeFinished() {
    List<Finished<I>> taken = finished;
    finished = new ArrayList<>();
    return taken;
  }

  /**
   * Releases the claims to inputs whose outcome is stored. A further record with the same event, in
   * this batch or another, is then found to be finished.
   */
  synchronized void release(Collection<Finished<I>> stored) {
    for (Finished<I> each : stored) {
      if (claimed.remove(each.input())) {
        claims.release(each.input().outcomeId());
      }
    }
  }

  /** Whether the agent postponed an input that is still in flight. */
  synchronized boolean postponed() {
    return !postponed.isEmpty();
  }

  /** Drops an input whose lock is lost: another worker has it now. */
  synchronized void drop(Input<I> input) {
    inFlight.remove(position(input));
    postponed.remove(position(input));
    finished.removeIf(each -> each.input() == input);
  }

  /** Drops all inputs and releases their claims; later replies of the agent are ignored. */
  synchronized void abandon() {
    abandoned = true;
    inFlight.clear();
    claimed.forEach(input -> claims.release(input.outcomeId()));
    claimed.clear();
  }

  private static String position(Input<?> input) {
    return input.record().partition() + "@" + input.record().offset();
  }
}
