package orcaflow.trainer.train;

import java.util.List;
import java.util.Optional;
import orcaflow.events.Iteration;
import orcaflow.trainer.learn.LearnerState;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.ReferenceLogProbs;

/**
 * The state of an iteration's training: whoever continues from it computes the bits of a run that
 * was not interrupted.
 *
 * @param head the facts, kept as JSON
 * @param learner what is trained (the weights, or the adapter's), AdamW's moments and step
 * @param reference known log-probabilities of the reference; absent without one, and in checkpoints
 *     of earlier versions, after which they are computed again
 * @param best what was trained at the end of the guard's best window, if it watches and has one
 */
record Checkpoint(
    Head head,
    LearnerState learner,
    Optional<ReferenceLogProbs> reference,
    Optional<Weights> best) {

  /** The state before the first step. */
  static Checkpoint beginning(TrainingPlan plan) {
    Iteration iteration = plan.iteration();
    Weights trainable =
        plan.lora()
            .map(lora -> lora.fresh(plan.config(), plan.seed()).weights())
            .orElse(plan.start());
    return new Checkpoint(
        new Head(
            iteration.getId(),
            iteration.getNumber(),
            iteration.getName(),
            plan.hash(),
            Range.of(iteration),
            plan.seed(),
            0,
            Position.START,
            0,
            0,
            plan.spec().objective().guard().map(RewardGuard::at),
            List.of()),
        LearnerState.fresh(trainable),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * @param iteration id of the iteration
   * @param number its position in the recipe
   * @param name its name
   * @param plan hash of all that decides the training: rows, settings, seed, weights at the start;
   *     a checkpoint serves its own plan alone
   * @param ranges the input positions: what was read, from and to
   * @param seed of the order of the rows; with {@code position} it is the whole state of the
   *     shuffle
   * @param step steps done
   * @param position in the order of batches; a checkpoint of an earlier version without one is at
   *     its step
   * @param examples rows consumed
   * @param seconds spent on the steps
   * @param guard state of the reward guard
   * @param published ids of the step events that are committed
   */
  record Head(
      String iteration,
      int number,
      String name,
      String plan,
      List<Range> ranges,
      long seed,
      int step,
      Position position,
      long examples,
      double seconds,
      Optional<RewardGuard> guard,
      List<String> published) {

    Head {
      position = position == null ? new Position(step, 0, "") : position;
    }
  }

  /** A half-open range of offsets of one partition. */
  record Range(String topic, int partition, long from, long to) {

    /** The ranges of an iteration's rows. */
    static List<Range> of(Iteration iteration) {
      return iteration.getRanges().stream()
          .map(r -> new Range(r.getTopic(), r.getPartition(), r.getFrom(), r.getTo()))
          .toList();
    }
  }

  /**
   * A position in the order of batches.
   *
   * @param batch batches done, learnt or set aside
   * @param setAside how many of the latest were set aside, one after the other
   * @param reason why the latest of these was; empty without one
   */
  record Position(int batch, int setAside, String reason) {
    static final Position START = new Position(0, 0, "");

    Position afterStep() {
      return new Position(batch + 1, 0, "");
    }

    Position afterSetAside(String why) {
      return new Position(batch + 1, setAside + 1, why);
    }
  }
}
