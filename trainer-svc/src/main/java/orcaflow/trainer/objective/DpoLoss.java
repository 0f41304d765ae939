package orcaflow.trainer.objective;

/**
 * Direct Preference Optimisation (arXiv 2305.18290, eq. 7): with the log-ratios c of the chosen and
 * r of the rejected completion, the mean over the batch of {@code -log sigmoid(beta (c - r))}.
 *
 * <p>DPO alone may let the chosen completions become less likely as long as the rejected ones do so
 * faster. Against that a share of plain likelihood may be added, as in arXiv 2404.19733, eq. 2:
 *
 * <pre>
 * loss = mean of -log sigmoid(beta (c - r))  -  nllWeight / N  sum of log policy(chosen | x)
 * </pre>
 *
 * where N is the number of chosen tokens in the whole batch, so that every token counts alike; the
 * paper divides by the length of each completion before the mean over the batch.
 *
 * @param loss the part of these pairs in the loss of the batch
 * @param chosenRewards beta c
 * @param rejectedRewards beta r
 * @param chosenGradients of the loss by the policy's log-probability of each chosen completion
 * @param rejectedGradients the same for the rejected ones
 */
public record DpoLoss(
    double loss,
    double[] chosenRewards,
    double[] rejectedRewards,
    double[] chosenGradients,
    double[] rejectedGradients) {

  /**
   * @param batchSize pairs in the whole batch
   * @param chosenTokens completion tokens of its chosen side
   */
  public static DpoLoss of(
      double[] policyChosen,
      double[] policyRejected,
      double[] referenceChosen,
      double[] referenceRejected,
      int batchSize,
      long chosenTokens,
      DpoSettings settings) {
    int pairs = policyChosen.length;
    double beta = settings.beta();
    double nll = settings.nllWeight() / Math.max(1, chosenTokens);
    double loss = 0;
    double[] chosen = new double[pairs];
    double[] rejected = new double[pairs];
    double[] chosenGradients = new double[pairs];
    double[] rejectedGradients = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      chosen[i] = beta * (policyChosen[i] - referenceChosen[i]);
      rejected[i] = beta * (policyRejected[i] - referenceRejected[i]);
      double margin = chosen[i] - rejected[i];
      // log(1 + e^-m) without overflow on either side.
      loss += (Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)))) / batchSize;
      loss -= nll * policyChosen[i];
      double pull = beta / (1 + Math.exp(margin)) / batchSize;
      chosenGradients[i] = -pull - nll;
      rejectedGradients[i] = pull;
    }
    return new DpoLoss(loss, chosen, rejected, chosenGradients, rejectedGradients);
  }
}
