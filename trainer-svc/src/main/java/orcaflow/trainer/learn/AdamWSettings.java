package orcaflow.trainer.learn;

import orcaflow.schemas.recipe.Schedule;

/**
 * AdamW with warm-up and a schedule of the learning rate.
 *
 * @param learningRate the highest learning rate, reached after the warm-up
 * @param warmup steps over which the rate rises from 0 in a straight line
 * @param schedule of the rate after the warm-up
 * @param finalFraction fraction of the learning rate at the last step
 * @param steps steps of the whole schedule; afterwards the rate stays at its final value
 * @param weightDecay decoupled; applied to matrices only
 * @param clip largest global gradient norm; 0 for no clipping
 */
public record AdamWSettings(
    double learningRate,
    int warmup,
    Schedule schedule,
    double finalFraction,
    int steps,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double clip) {

  /** Added to the largest float, it is rounded away. */
  private static final double NO_TRACE = 1e20;

  public AdamWSettings {
    positive("learningRate", learningRate);
    positive("steps", steps);
    positive("epsilon", epsilon);
    notNegative("warmup", warmup);
    notNegative("weightDecay", weightDecay);
    notNegative("clip", clip);
    fraction("finalFraction", finalFraction, finalFraction <= 1);
    fraction("beta1", beta1, beta1 < 1);
    fraction("beta2", beta2, beta2 < 1);
  }

  /** The learning rate of a step, counted from 0. The first step of a warm-up is not 0. */
  public double learningRate(int step) {
    if (step < warmup) {
      return learningRate * (step + 1) / warmup;
    }
    double done = Math.min(1.0, (step - warmup) / (double) Math.max(1, steps - warmup));
    return learningRate * (finalFraction + (1 - finalFraction) * schedule.at(done));
  }

  /**
   * Whether a step at this rate could make finite weights overflow; if not, the weights need no
   * check after it. With v' and m' AdamW's corrected means, |m'| / sqrt(v') is at most 1 / sqrt((1
   * - beta2) (1 - beta1^2 / beta2)) by Cauchy and Schwarz, and |m'| / epsilon at most clip /
   * epsilon. A weight moves by the rate times this at most, and decay alone does not make it
   * larger.
   */
  boolean mayOverflow(double rate) {
    double spread = (1 - beta2) * (1 - beta1 * beta1 / beta2);
    double move =
        Math.min(
            spread > 0 ? 1 / Math.sqrt(spread) : Double.POSITIVE_INFINITY,
            clip > 0 ? clip / epsilon : Double.POSITIVE_INFINITY);
    return rate * move > NO_TRACE || rate * weightDecay > 2;
  }

  private static void positive(String key, double value) {
    fraction(key, value, value > 0 && Double.isFinite(value));
  }

  private static void notNegative(String key, double value) {
    fraction(key, value, Double.isFinite(value));
  }

  private static void fraction(String key, double value, boolean inside) {
    if (!(value >= 0) || !inside) {
      throw new IllegalArgumentException("optimiser " + key + " cannot be " + value);
    }
  }
}
