package orcaflow.schemas.alike;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShinglesTest {

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "'?!', 0",
    "apples, 1",
    "two apples, 1",
    "Tom has apples, 1",
    "Tom has 4 apples, 2",
    "no no no no no, 1"
  })
  void aTextIsTheSetOfItsRuns(String text, int runs) {
    assertThat(new Shingles(3, false).of(text)).hasSize(runs).isSorted();
  }

  @Test
  void caseAndPunctuationAreSetAside() {
    Shingles shingles = new Shingles(3, false);
    assertThat(shingles.of("TOM has 4 apples; how many?"))
        .isEqualTo(shingles.of("Tom  has 4 apples - how many".replace(" -", ",")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Tom has 4 apples and 12 pears    | Tom has 17 apples and 3.5 pears        | true
          Tom has 4 apples and 12 pears    | Tom has twenty-one apples and 1,200 pears | true
          Tom has three hundred apples     | Tom has 9 apples                       | true
          Tom has 4 apples and 12 pears    | Tom has 4 plums and 12 pears           | false
          Tom has 4 apples                 | Tom has apples                         | false
          """)
  void maskedNumbersAreOneWord(String one, String other, boolean same) {
    Shingles shingles = new Shingles(2, true);
    assertThat(AlikeIndex.overlap(shingles.of(one), shingles.of(other)) == 1).isEqualTo(same);
    assertThat(AlikeIndex.overlap(new Shingles(2, false).of(one), new Shingles(2, false).of(other)))
        .isLessThan(1);
  }

  @Test
  void oneWordInTwentyTouchesThreeRunsOfThree() {
    Shingles shingles = new Shingles(3, false);
    String text = "a b c d e f g h i j k l m n o p q r s t";
    // 18 runs each, 15 shared: 15 / 21.
    assertThat(AlikeIndex.overlap(shingles.of(text), shingles.of(text.replace("j", "x"))))
        .isEqualTo(15 / 21.0);
  }

  @Test
  void theMethodSaysWhatWasCompared() {
    assertThat(new Shingles(3, false).method()).isEqualTo("words-3");
    assertThat(new Shingles(5, true).method()).isEqualTo("words-5-numbers-masked");
  }
}
