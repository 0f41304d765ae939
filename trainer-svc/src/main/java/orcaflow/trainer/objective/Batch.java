package orcaflow.trainer.objective;

import java.util.Arrays;
import java.util.List;

/**
 * The rows of one step.
 *
 * @param all the rows of the iteration
 * @param rows the numbers of those in this batch
 * @param reference what the policy is compared with, where an objective does so
 */
public record Batch<E>(List<E> all, int[] rows, ReferenceModel reference) {

  /** The examples of this batch, in its order. */
  public List<E> examples() {
    return Arrays.stream(rows).mapToObj(all::get).toList();
  }
}
