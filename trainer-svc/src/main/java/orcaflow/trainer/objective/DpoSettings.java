package orcaflow.trainer.objective;

/**
 * DPO's settings.
 *
 * @param beta strength of the pull towards the reference
 * @param nllWeight weight of the token-mean negative log-likelihood of the chosen completions,
 *     added to the loss; 0 for plain DPO
 */
public record DpoSettings(double beta, double nllWeight) {

  public DpoSettings {
    if (!(beta > 0) || !(nllWeight >= 0)) {
      throw new IllegalArgumentException(
          "DPO needs beta > 0 and nllWeight >= 0; they are " + beta + " and " + nllWeight);
    }
  }

  public DpoSettings(double beta) {
    this(beta, 0);
  }
}
