package orcaflow.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonTest {

  /**
   * By hand, z = 1.959964, z^2 = 3.841459. 8 of 10: centre (0.8 + 0.192073) / 1.384146 = 0.716740,
   * half 1.959964 * sqrt(0.016 + 0.009604) / 1.384146 = 0.226572. 0 of 10: z^2 / (10 + z^2) =
   * 0.277533. 500 of 1000: 0.5 -+ 1.959964 * sqrt(0.00025 + 0.00000096) / 1.003841 = 0.030930.
   */
  @ParameterizedTest
  @CsvSource({
    "8,   10,   0.49016, 0.94331",
    "0,   10,   0,       0.27753",
    "10,  10,   0.72247, 1",
    "500, 1000, 0.46907, 0.53093",
    "0,   0,    0,       1",
  })
  void isAsWorkedByHand(long correct, long n, double low, double high) {
    Wilson interval = Wilson.of(correct, n);

    assertThat(interval.low()).isCloseTo(low, within(1e-5));
    assertThat(interval.high()).isCloseTo(high, within(1e-5));
  }

  @Test
  void refusesMoreRightThanThereAre() {
    assertThatThrownBy(() -> Wilson.of(11, 10)).hasMessage("11 right of 10");
  }
}
