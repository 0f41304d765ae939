package orcaflow.trainer;

import orcaflow.events.Alarm;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;

/**
 * Is called on the trainer's own threads: return quickly and do not throw. Steps that are computed
 * again after a restart are reported again.
 */
public interface Progress {

  /** An iteration is not open yet: {@code rows} of the {@code wanted} ones are there. */
  default void waiting(String iteration, long rows, long wanted) {}

  /** Rows of an iteration are being read: {@code rows} so far. */
  default void reading(Iteration iteration, long rows) {}

  /** Rows of an iteration were left out because the policy that wrote them is too old. */
  default void stale(Iteration iteration, int rows) {}

  /** A step was done. */
  default void step(TrainingStep step) {}

  /** A step was undone and its batch set aside. */
  default void setAside(SetAsideBatch batch) {}

  /** A policy was published; at a start also for each one that is there already. */
  default void policy(Policy policy) {}

  /** An iteration went where it should not. */
  default void alarm(Alarm alarm) {}

  /** An evaluation continues: {@code done} of {@code total} answers. */
  default void evaluating(String policyVersion, String mode, int done, int total) {}

  /** An evaluation was published. */
  default void evaluated(Evaluation evaluation) {}

  /** Ignores everything. */
  static Progress none() {
    return new Progress() {};
  }
}
