package orcaflow.trainer.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.Rig;
import orcaflow.trainer.objective.KtoSettings.Variant;
import org.junit.jupiter.api.Test;

class LossSettingsTest {

  @Test
  void ktosWeightsComeFromTheCountsUnlessTheyAreGiven() {
    KtoSettings counted = LossSettings.kto(step("algorithm: kto", "weightRatio: 1.16"), 10, 30);
    assertThat(counted.desirableWeight()).isCloseTo(3 * 1.16, within(1e-9));
    assertThat(counted.undesirableWeight()).isEqualTo(1);
    assertThat(counted.variant()).isEqualTo(Variant.KTO);

    String given = "desirableWeight: 1.5, undesirableWeight: 0.5, loss: apo_zero_unpaired";
    assertThat(LossSettings.kto(step("algorithm: kto", given), 10, 30))
        .isEqualTo(new KtoSettings(0.1, 1.5, 0.5, Variant.APO_ZERO_UNPAIRED));
  }

  @Test
  void dpoAddsLikelihoodOnlyWhereAsked() {
    assertThat(LossSettings.dpo(step("algorithm: dpo", "guard: -1.0")))
        .isEqualTo(new DpoSettings(0.1));
    assertThat(LossSettings.dpo(step("algorithm: dpo", "nllWeight: 0.2")))
        .isEqualTo(new DpoSettings(0.1, 0.2));
  }

  private static Recipe.Step step(String algorithm, String more) {
    String text =
        Rig.recipeText(10, "", "")
            .replaceFirst("algorithm: kto", algorithm)
            .replaceFirst("weightRatio: 1.16", more);
    return ConfigFile.parse("r.yaml", text, Recipe.class, "NONE", Map.of()).iterations().get(1);
  }
}
