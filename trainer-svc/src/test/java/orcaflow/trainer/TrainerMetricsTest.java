package orcaflow.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import orcaflow.schemas.recipe.RecipeFile;
import org.junit.jupiter.api.Test;

class TrainerMetricsTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /**
   * Where the first batches of all are set aside, a rate of a counter that begins then sees none.
   */
  @Test
  void batchesSetAsideAreCountedFromZeroForEachAlgorithmOfTheRecipe() {
    new TrainerMetrics(meters, RecipeFile.read("continuous", Map.of()).recipe(), Progress.none());
    assertThat(meters.get("orcaflow.train.set.aside").counters())
        .extracting(counter -> counter.getId().getTag("algorithm"))
        .containsExactlyInAnyOrder("sft", "gspo");
    assertThat(meters.get("orcaflow.train.set.aside").counters())
        .extracting(Counter::count)
        .containsOnly(0.0);
  }
}
