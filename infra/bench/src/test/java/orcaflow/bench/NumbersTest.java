package orcaflow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.95 | 0.95",
        "1 | 1",
        "1.02 | 1.02",
        "1.123456 | 1.123",
        "0.00012345 | 0.0001234",
        "123456.7 | 123,457",
        "0 | 0",
        "NaN | NaN",
      })
  void fourDigitsAreEnough(double value, String shown) {
    assertThat(Numbers.plain(value)).isEqualTo(shown);
  }
}
