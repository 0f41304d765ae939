package orcaflow.trainer.train;

import java.util.List;
import java.util.Optional;
import orcaflow.trainer.learn.LearnerState;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.ReferenceModel;

/**
 * All that an iteration needs to go on as if nothing had happened.
 *
 * @param head the facts, kept as JSON
 * @param learner what learns (the weights, or the adapter's), AdamW's moments and step
 * @param reference what is known of the reference; absent without one, and in checkpoints of before
 *     it was kept, after which it is computed anew
 * @param best what had learnt at the guard's best so far, if it watches and has any
 */
record Checkpoint(
    Head head, LearnerState learner, Optional<ReferenceModel> reference, Optional<Weights> best) {

  /**
   * @param iteration id of the iteration
   * @param number its position in the recipe
   * @param name its name
   * @param plan hash of all that decides the course: rows, settings, seed, weights at the start; a
   *     checkpoint of another plan is of no use
   * @param ranges the input positions: what was read, from and to
   * @param seed of the order of the rows; with {@code position} it is the whole state of the
   *     shuffle
   * @param step steps done
   * @param position in the order of batches; in a checkpoint of before it was told, of the step
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
      Training.Position position,
      long examples,
      double seconds,
      Optional<RewardGuard> guard,
      List<String> published) {

    Head {
      position = position == null ? new Training.Position(step, 0, "") : position;
    }
  }

  /** A half-open stretch of one partition. */
  record Range(String topic, int partition, long from, long to) {}
}
