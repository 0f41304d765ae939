package orcaflow.trainer.learn;

/**
 * A loss as a function of the sequence log-probabilities of a batch. It is called once for each
 * micro-batch, on several threads at a time.
 */
@FunctionalInterface
public interface SequenceLoss {

  /**
   * What some rows add to the loss of the batch.
   *
   * @param rows their numbers in the batch
   * @param logProbs of their completions, in nats
   */
  Part of(int[] rows, double[] logProbs);

  /**
   * @param loss what these rows add to the loss of the batch
   * @param gradients of the loss by the log-probability of each of these rows
   */
  record Part(double loss, double[] gradients) {}
}
