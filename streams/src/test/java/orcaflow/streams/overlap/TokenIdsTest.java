package orcaflow.streams.overlap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenIdsTest {

  private static final List<String> PIECES =
      List.of(
          "Joan",
          "'s",
          "do",
          "n't",
          "N'T",
          "it's",
          "that’s",
          "’ll",
          "1,200",
          "3.5",
          "$1,200.50",
          "half-price",
          "a.m.",
          "U.S.",
          "e.g.,",
          "5/6",
          "x=3",
          "'",
          "\"Tom's\"",
          "naïve",
          "20%",
          "I'm",
          "and",
          "the",
          "apples",
          "apples,",
          "(apples)",
          "one_two",
          "中文",
          "О'Нил",
          "co:op");

  /** Whatever the white space and wherever it stands. */
  @Test
  void numbersWhatTheTokeniserFindsInTheWholeText() {
    Random random = new Random(5);
    try (TokenIds numbers = new TokenIds();
        Tokeniser tokeniser = new Tokeniser()) {
      List<String> words = new ArrayList<>();
      for (int round = 0; round < 3000; round++) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
          text.append(PIECES.get(random.nextInt(PIECES.size())));
          text.append(List.of(" ", " ", " ", "  ", "\n", "\t", "").get(random.nextInt(7)));
        }
        int[] found = numbers.of(text.toString());
        List<String> expected = tokeniser.tokens(text.toString());
        expected.stream().filter(word -> !words.contains(word)).forEach(words::add);
        assertThat(found)
            .as(text.toString())
            .containsExactly(expected.stream().mapToInt(words::indexOf).toArray());
      }
      assertThat(numbers.size()).isEqualTo(words.size());
    }
  }
}
