package orcaflow.streams.overlap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokeniserTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          How many Eggs are in the BASKET?            | many eggs basket
          Janet’s ducks and Janet's geese             | janet ducks janet geese
          Joan 's cat did n't eat ; she 'll sleep     | joan cat eat sleep
          That's 20% of $1,200, or 3.5 for each       | 20 1200 3.5
          half-price, 5/6 (again) -- 1,23             | half price 5 6 1,23
          It's what they couldn't do                  | ``
          """)
  void keepsTheWordsThatCount(String text, String tokens) {
    try (Tokeniser tokeniser = new Tokeniser()) {
      assertThat(String.join(" ", tokeniser.tokens(text))).isEqualTo(tokens);
    }
  }
}
