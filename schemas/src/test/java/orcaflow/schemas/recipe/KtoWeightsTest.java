package orcaflow.schemas.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KtoWeightsTest {

  @ParameterizedTest
  @CsvSource({
    // ratio, desirable rows, undesirable rows, weights
    "1.16, 100, 100, 1.16, 1",
    "1.00, 100, 200, 2,    1",
    "1.00, 200, 100, 1,    2",
    "1.50, 300, 100, 1,    2",
    "1.00, 0,   100, 1,    1",
    "1.00, 100, 0,   1,    1",
  })
  void theSmallerWeightIsOne(
      double ratio, long desirable, long undesirable, double wantedDesirable, double wantedOther) {
    KtoWeights weights = KtoWeights.of(ratio, desirable, undesirable);

    assertThat(weights.desirable()).isCloseTo(wantedDesirable, within(1e-12));
    assertThat(weights.undesirable()).isCloseTo(wantedOther, within(1e-12));
  }

  @Test
  void theWeightedCountsHaveTheWantedRatio() {
    KtoWeights weights = KtoWeights.of(1.16, 1743, 1457);

    assertThat(weights.desirable() * 1743 / (weights.undesirable() * 1457))
        .isCloseTo(1.16, within(1e-12));
  }

  @Test
  void refusesARatioOfZero() {
    assertThatThrownBy(() -> KtoWeights.of(0, 1, 1))
        .hasMessage("KTO weights need a ratio above 0 and counts; they are 0.0, 1 and 1");
  }
}
