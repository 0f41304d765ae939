package orcaflow.trainer.objective;

/**
 * Kahneman-Tversky Optimisation (arXiv 2402.01306, section 4). With the log-ratio r = log
 * policy(y|x) - log reference(y|x) of a whole completion:
 *
 * <pre>
 * z    = max(0, mean of r over mismatched pairs (x_i, y_(i-1)))         no gradient
 * loss = lambda_D (1 - sigmoid(beta (r - z)))   for a desirable completion
 *        lambda_U (1 - sigmoid(beta (z - r)))   for an undesirable one
 * </pre>
 *
 * and the mean over the whole batch. The unpaired APO-zero loss (arXiv 2408.06266, section 3, each
 * side by itself) is the same without z:
 *
 * <pre>
 * loss = lambda_D (1 - sigmoid(beta r))   for a desirable completion
 *        lambda_U sigmoid(beta r)         for an undesirable one
 * </pre>
 *
 * so that it also serves batches whose mismatched pairs would tell nothing.
 *
 * @param loss the part of these completions in the mean over the batch
 * @param rewards beta r
 * @param gradients of the loss by each policy log-probability
 */
public record KtoLoss(double loss, double[] rewards, double[] gradients) {

  /** z: how far the policy is from the reference, from log-probabilities of mismatched pairs. */
  public static double kl(double[] policy, double[] reference) {
    double sum = 0;
    for (int i = 0; i < policy.length; i++) {
      sum += policy[i] - reference[i];
    }
    return Math.max(0, sum / policy.length);
  }

  /**
   * @param policy log-probabilities of some of the batch's completions
   * @param reference the reference's of the same
   * @param batchSize completions in the whole batch
   */
  public static KtoLoss of(
      double[] policy,
      double[] reference,
      boolean[] desirable,
      double kl,
      int batchSize,
      KtoSettings settings) {
    double z = settings.variant() == KtoSettings.Variant.KTO ? kl : 0;
    double beta = settings.beta();
    double loss = 0;
    double[] rewards = new double[policy.length];
    double[] gradients = new double[policy.length];
    for (int i = 0; i < policy.length; i++) {
      double ratio = policy[i] - reference[i];
      double sign = desirable[i] ? 1 : -1;
      double weight = desirable[i] ? settings.desirableWeight() : settings.undesirableWeight();
      double value = sigmoid(sign * beta * (ratio - z));
      rewards[i] = beta * ratio;
      loss += weight * (1 - value) / batchSize;
      gradients[i] = -sign * weight * beta * value * (1 - value) / batchSize;
    }
    return new KtoLoss(loss, rewards, gradients);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
