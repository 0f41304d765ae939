package orcaflow.trainer.objective;

import orcaflow.schemas.recipe.Recipe.Step;

/** What a recipe says about the losses of an iteration, in the losses' own words. */
public final class LossSettings {

  private LossSettings() {}

  /** KTO's, with class weights as they are given or from the counts of the data. */
  public static KtoSettings kto(Step step, long desirableRows, long undesirableRows) {
    KtoWeights weights =
        step.desirableWeight()
            .map(given -> new KtoWeights(given, step.undesirableWeight().orElseThrow()))
            .orElseGet(
                () ->
                    KtoWeights.of(step.weightRatio().orElse(1.0), desirableRows, undesirableRows));
    return new KtoSettings(
        step.beta().orElseThrow(),
        weights.desirable(),
        weights.undesirable(),
        switch (step.loss().orElse("kto")) {
          case "kto" -> KtoSettings.Variant.KTO;
          case "apo_zero_unpaired" -> KtoSettings.Variant.APO_ZERO_UNPAIRED;
          default -> throw new IllegalArgumentException("unknown loss " + step.loss().get());
        });
  }

  public static DpoSettings dpo(Step step) {
    return new DpoSettings(step.beta().orElseThrow(), step.nllWeight().orElse(0.0));
  }
}
