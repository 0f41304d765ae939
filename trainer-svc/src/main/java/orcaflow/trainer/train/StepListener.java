package orcaflow.trainer.train;

import java.util.OptionalDouble;
import orcaflow.trainer.learn.StepResult;

/** Is called after every batch, and before the state is saved. */
interface StepListener {

  /**
   * A step that was done.
   *
   * @param batch position of its batch, from 1
   * @param rows numbers of the batch's rows
   * @param mismatch of sampler and trainer in one rollout of the batch, if it is known
   */
  record Done(StepResult result, int batch, int[] rows, double seconds, OptionalDouble mismatch) {}

  /**
   * A batch whose step was undone.
   *
   * @param step the step it would have been
   * @param batch its position, from 1
   * @param rows numbers of the batch's rows
   * @param reason what was not finite
   */
  record SetAside(int step, int batch, int[] rows, String reason) {}

  void done(Done done);

  default void setAside(SetAside setAside) {}

  /** Returns when all that was reported is stored. */
  default void flush() {}
}
