package orcaflow.trainer.student;

/**
 * Direct Preference Optimisation (arXiv 2305.18290, eq. 7): with the log-ratios c of the chosen and
 * r of the rejected completion, the mean over the batch of {@code -log sigmoid(beta (c - r))}.
 *
 * @param loss the part of these pairs in the mean over the batch
 * @param chosenRewards beta c
 * @param rejectedRewards beta r
 * @param gradients of the loss by the policy's log-probability of each chosen completion; the
 *     rejected one's is its negative
 */
record DpoLoss(double loss, double[] chosenRewards, double[] rejectedRewards, double[] gradients) {

  /**
   * @param batchSize pairs in the whole batch
   */
  static DpoLoss of(
      double[] policyChosen,
      double[] policyRejected,
      double[] referenceChosen,
      double[] referenceRejected,
      int batchSize,
      double beta) {
    int pairs = policyChosen.length;
    double loss = 0;
    double[] chosen = new double[pairs];
    double[] rejected = new double[pairs];
    double[] gradients = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      chosen[i] = beta * (policyChosen[i] - referenceChosen[i]);
      rejected[i] = beta * (policyRejected[i] - referenceRejected[i]);
      double margin = chosen[i] - rejected[i];
      // log(1 + e^-m) without overflow on either side.
      loss += (Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)))) / batchSize;
      gradients[i] = -beta / (1 + Math.exp(margin)) / batchSize;
    }
    return new DpoLoss(loss, chosen, rejected, gradients);
  }
}
