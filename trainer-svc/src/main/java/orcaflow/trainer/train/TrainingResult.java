package orcaflow.trainer.train;

import java.util.Optional;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.model.Weights;

/**
 * How an iteration ended.
 *
 * @param adapter what was added to the weights of the start, if an adapter was trained
 * @param step the step that the weights are of
 * @param collapsed why training stopped before its last step, if it did
 * @param examples rows consumed, also before a restart
 * @param seconds spent on the steps, also before a restart
 */
record TrainingResult(
    Weights weights,
    Optional<Adapter> adapter,
    int step,
    Optional<String> collapsed,
    long examples,
    double seconds) {

  /** The result of an iteration without a step. */
  static TrainingResult unchanged(Weights start) {
    return new TrainingResult(start, Optional.empty(), 0, Optional.empty(), 0, 0);
  }

  /** The same with the weights of the start; what was spent stays spent. */
  TrainingResult undone(StudentFolder start) {
    return new TrainingResult(start.weights(), Optional.empty(), 0, collapsed, examples, seconds);
  }
}
