package orcaflow.agents.stage.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import orcaflow.agents.stage.StageCounts;
import orcaflow.events.OutcomeKind;
import orcaflow.service.Metric;

/**
 * Counts the fate of every input of a stage: consumed = done + skipped + dead + unwanted + repeated
 * + givenBack + in flight, at any time when no batch is being settled.
 */
final class StageMeters {

  /** The values of the label {@code fate}. */
  enum FateLabel {
    DONE,
    SKIPPED,
    DEAD,
    UNWANTED,
    REPEATED,
    GIVEN_BACK
  }

  private final AtomicLong inFlight = new AtomicLong();
  private final Counter consumed;
  private final Counter outputs;
  private final Counter interruptions;
  private final Counter lastDeliveries;
  private final Counter removed;
  private final Map<FateLabel, Counter> fates = new EnumMap<>(FateLabel.class);

  StageMeters(MeterRegistry registry, String stage) {
    consumed = Metric.STAGE_CONSUMED.counter(registry, stage);
    outputs = Metric.STAGE_OUTPUTS.counter(registry, stage);
    interruptions = Metric.STAGE_INTERRUPTIONS.counter(registry, stage);
    lastDeliveries = Metric.STAGE_LAST_DELIVERIES.counter(registry, stage);
    removed = Metric.STAGE_REMOVED.counter(registry, stage);
    for (FateLabel fate : FateLabel.values()) {
      String label = fate.name().toLowerCase(Locale.ROOT);
      fates.put(fate, Metric.STAGE_FINISHED.counter(registry, stage, label));
    }
    Metric.STAGE_IN_FLIGHT.gauge(registry, inFlight::get, stage);
  }

  void removed(long offsets) {
    removed.increment(offsets);
  }

  void consumed(Collection<?> inputs) {
    consumed.increment(inputs.size());
    inFlight.addAndGet(inputs.size());
  }

  <I extends org.apache.avro.specific.SpecificRecord> void finished(
      List<WorkBatch.Finished<I>> finished) {
    for (WorkBatch.Finished<I> each : finished) {
      fates.get(label(each.fate())).increment();
      if (each.fate() instanceof Fate.Settled settled) {
        outputs.increment(settled.outputs().size());
      }
    }
    inFlight.addAndGet(-finished.size());
  }

  void givenBack(int inputs) {
    fates.get(FateLabel.GIVEN_BACK).increment(inputs);
    inFlight.addAndGet(-inputs);
  }

  void interrupted() {
    interruptions.increment();
  }

  void lastDelivery() {
    lastDeliveries.increment();
  }

  StageCounts counts() {
    return new StageCounts(
        (long) consumed.count(),
        count(FateLabel.DONE),
        count(FateLabel.SKIPPED),
        count(FateLabel.DEAD),
        count(FateLabel.UNWANTED),
        count(FateLabel.REPEATED),
        count(FateLabel.GIVEN_BACK),
        inFlight.get(),
        (long) outputs.count());
  }

  private long count(FateLabel fate) {
    return (long) fates.get(fate).count();
  }

  private static FateLabel label(Fate fate) {
    if (fate instanceof Fate.Settled settled) {
      return settled.kind() == OutcomeKind.DONE
          ? FateLabel.DONE
          : settled.kind() == OutcomeKind.SKIPPED ? FateLabel.SKIPPED : FateLabel.DEAD;
    }
    return fate instanceof Fate.Unwanted ? FateLabel.UNWANTED : FateLabel.REPEATED;
  }
}
