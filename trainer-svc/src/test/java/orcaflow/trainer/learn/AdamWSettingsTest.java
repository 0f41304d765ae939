package orcaflow.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import orcaflow.schemas.recipe.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdamWSettingsTest {

  @ParameterizedTest
  @CsvSource({
    "cosine, 0, 0.25", "cosine, 3, 1", "cosine, 4, 1", "cosine, 9, 0.6", "cosine, 14, 0.2",
    "cosine, 99, 0.2", "linear, 4, 1", "linear, 9, 0.6", "linear, 14, 0.2", "constant, 1, 0.5",
    "constant, 99, 1",
  })
  void warmsUpThenFollowsItsSchedule(String schedule, int step, double fraction) {
    AdamWSettings optimiser =
        new AdamWSettings(3e-3, 4, Schedule.of(schedule), 0.2, 14, 0, 0.9, 0.95, 1e-8, 1);
    assertThat(optimiser.learningRate(step)).isCloseTo(3e-3 * fraction, within(1e-12));
  }

  @Test
  void saysWhatCannotBe() {
    assertThatThrownBy(
            () -> new AdamWSettings(1, 0, Schedule.of("square"), 1, 1, 0, 0.9, 0.9, 1e-8, 1))
        .hasMessage("schedule is 'square': give cosine, linear or constant");
    assertThatThrownBy(() -> new AdamWSettings(-1, 0, Schedule.LINEAR, 1, 1, 0, 0.9, 0.9, 1e-8, 1))
        .hasMessage("optimiser learningRate cannot be -1.0");
    assertThatThrownBy(() -> new AdamWSettings(1, 0, Schedule.LINEAR, 1, 1, 0, 1, 0.9, 1e-8, 1))
        .hasMessage("optimiser beta1 cannot be 1.0");
  }
}
