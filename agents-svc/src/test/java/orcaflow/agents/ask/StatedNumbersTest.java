package orcaflow.agents.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatedNumbersTest {

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "Sam has coins., ''",
    "Sam has 12 coins and 5 caps., 12 5",
    "'1,200 or 1200.0 of 3,4', 1200 1200 3 4",
    "'$3.50 at 20%, .5 left', 3.5 20 0.5",
    "1/2 of 3/4 is ½, 0.5 0.75 0.5",
    "a 5-year-old at 12:30, 5 12 30",
    "on the 3rd day of the 1st week, ''",
    "１２ coins, 12",
    "12., 12",
    "1/0, ''",
    "model M2 has none, ''",
    "twenty-one coins and seven caps, 21 7",
    "Twenty One coins, 21",
    "one hundred and five, 105",
    "three and four, 3 4",
    "two thousand, 2000",
    "'three, four', 3 4",
    "twice as many and half of a dozen, 2 0.5 12",
    "double or triple, 2 3",
    "bone and often weigh a tone, ''",
  })
  void readsNumbers(String text, String numbers) {
    List<BigDecimal> all =
        Arrays.stream(numbers.split(" "))
            .filter(number -> !number.isEmpty())
            .map(number -> new BigDecimal(number).stripTrailingZeros())
            .toList();
    assertThat(StatedNumbers.in(text).all()).isEqualTo(all);
  }

  @Test
  void tellsDigitsFromWords() {
    assertThat(StatedNumbers.in("three of 4").inDigits()).containsExactly(new BigDecimal("4"));
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5",
    "' 1,200 ', 12E2",
    "3.50, 3.5",
    "-3, 3",
    "−3, 3",
    "1/2, 0.5",
    "$5, ",
    "50%, ",
    "5 apples, ",
    "five, ",
    "'', ",
    "2 or 3, ",
    "12:30, ",
    "x = 5, ",
    "5., ",
    "1e3, ",
  })
  void readsAPlainNumber(String text, BigDecimal number) {
    assertThat(StatedNumbers.plainNumber(text).orElse(null)).isEqualTo(number);
  }

  @Test
  void longTextsAreReadInOnePass() {
    assertThat(StatedNumbers.in("9".repeat(100_000)).all()).isEmpty();
    assertThat(StatedNumbers.in("one ".repeat(10_000)).all()).hasSizeLessThan(2);
    assertThat(StatedNumbers.in("1, ".repeat(10_000)).all()).hasSize(10_000);
  }
}
