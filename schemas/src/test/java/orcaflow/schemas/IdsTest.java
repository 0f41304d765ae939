package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Tom has 4 apples. He buys 3.|tom   has 4 apples, he buys 3",
        "It costs 3.5 dollars|IT COSTS 3.5 DOLLARS!",
        "“Half” of ½|half of 1⁄2",
      })
  void equalQuestionsShareTheirId(String one, String other) {
    assertThat(Ids.problem(one)).isEqualTo(Ids.problem(other));
  }

  @ParameterizedTest
  @CsvSource({"It costs 3.5,It costs 35", "5 - 3,5 3", "1/2 of 8,12 of 8", "20% of 5,20 of 5"})
  void differentQuestionsDoNot(String one, String other) {
    assertThat(Ids.problem(one)).isNotEqualTo(Ids.problem(other));
  }

  @Test
  void partsAreNotJoined() {
    assertThat(Ids.hash("ab", "c")).isNotEqualTo(Ids.hash("a", "bc"));
  }

  @Test
  void fractionsAreUniform() {
    long below =
        java.util.stream.IntStream.range(0, 10_000)
            .filter(i -> Ids.fraction("id" + i, "due-2") < 0.1)
            .count();
    assertThat(below).isBetween(850L, 1150L);
  }
}
