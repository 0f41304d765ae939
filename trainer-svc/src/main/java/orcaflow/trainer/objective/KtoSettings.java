package orcaflow.trainer.objective;

/**
 * KTO's settings.
 *
 * @param beta strength of the pull towards the reference
 * @param desirableWeight factor on the loss of desirable examples
 * @param undesirableWeight factor on the loss of undesirable ones
 * @param variant the loss itself
 */
public record KtoSettings(
    double beta, double desirableWeight, double undesirableWeight, Variant variant) {

  /** {@code KTO} as in arXiv 2402.01306; {@code APO_ZERO_UNPAIRED} as in arXiv 2408.06266. */
  public enum Variant {
    KTO,
    APO_ZERO_UNPAIRED
  }

  public KtoSettings {
    if (!(beta > 0) || !(desirableWeight >= 0) || !(undesirableWeight >= 0)) {
      throw new IllegalArgumentException(
          "KTO needs beta > 0 and weights >= 0; they are "
              + beta
              + ", "
              + desirableWeight
              + " and "
              + undesirableWeight);
    }
  }

  public KtoSettings(double beta, double desirableWeight, double undesirableWeight) {
    this(beta, desirableWeight, undesirableWeight, Variant.KTO);
  }
}
