package orcaflow.cli.run;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import orcaflow.events.GradedRollout;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.RolloutRequest;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Stages;

/**
 * When the parts of a run moved last, by the times of the records, to the second. The topics may be
 * read in any order. Thread-safe.
 */
final class Movements {

  /** Seconds of the epoch in which there were inputs, those after the newest output's. */
  private final Map<Part, TreeSet<Long>> inputs = new EnumMap<>(Part.class);

  private final Map<Part, Long> newestOutput = new EnumMap<>(Part.class);

  Movements() {
    for (Part part : Part.values()) {
      inputs.put(part, new TreeSet<>());
    }
  }

  synchronized void count(Object event, Instant time) {
    if (event instanceof ProblemCandidate) {
      input(Part.ADMIT, time);
    } else if (event instanceof RejectedCandidate) {
      output(Part.ADMIT, time);
    } else if (event instanceof Problem) {
      output(Part.ADMIT, time);
      input(Part.EXPAND, time);
      input(Part.SOLVE, time);
    } else if (event instanceof RolloutRequest) {
      input(Part.SAMPLE, time);
    } else if (event instanceof StudentRollout) {
      input(Part.GRADE, time);
    } else if (event instanceof GradedRollout) {
      output(Part.GRADE, time);
    } else if (event instanceof Iteration) {
      input(Part.TRAIN, time);
    } else if (event instanceof TrainingStep || event instanceof Policy) {
      output(Part.TRAIN, time);
    } else if (event instanceof StageOutcome outcome) {
      finished(outcome.getStage(), time);
    }
  }

  private void finished(String stage, Instant time) {
    switch (stage) {
      case Stages.SOLVE -> output(Part.SOLVE, time);
      case Stages.SAMPLE -> output(Part.SAMPLE, time);
      case Stages.ASK_ME_ANYTHING, Stages.SUGGEST_AND_EDIT -> output(Part.EXPAND, time);
      default -> {}
    }
  }

  private void input(Part part, Instant time) {
    if (time.getEpochSecond() > newestOutput.getOrDefault(part, Long.MIN_VALUE)) {
      inputs.get(part).add(time.getEpochSecond());
    }
  }

  private void output(Part part, Instant time) {
    long newest = newestOutput.merge(part, time.getEpochSecond(), Math::max);
    inputs.get(part).headSet(newest, true).clear();
  }

  /**
   * Since when the part stands if inputs wait for it: since the first input after its newest
   * output, or else since that output.
   */
  synchronized Optional<Instant> standsSince(Part part) {
    TreeSet<Long> later = inputs.get(part);
    return Optional.ofNullable(later.isEmpty() ? newestOutput.get(part) : later.first())
        .map(Instant::ofEpochSecond);
  }
}
