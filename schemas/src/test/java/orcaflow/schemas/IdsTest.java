package orcaflow.schemas;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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

  /** Each problem id depends on it: this pattern is what it is defined by. */
  @Test
  void normalisedTextIsTheNumbersWordsAndSymbolsOfAPattern() {
    Pattern word = Pattern.compile("\\p{N}+(?:[.,/:]\\p{N}+)*|\\p{L}+|[%$€£+*=<>/-]");
    String[] pieces = {
      "1", "23", "²", "½", "٣", "Ⅳ", "𝟙", "一", "a", "Bc", "ß", "İ", "ﬁ", "ʰ", "𐐀", "e\u0301",
      "\u0301", ".", ",", "/", ":", "-", "%", "€", "£", "<", "'", " ", "\n", "\u00a0", "\ud800",
          "😀"
    };
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(12); j >= 0; j--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
      assertThat(Ids.normalised(text.toString()))
          .isEqualTo(word.matcher(folded).results().map(MatchResult::group).collect(joining(" ")));
    }
  }

  /** They are in topics, in file names and on command lines of runs that are there already. */
  @Test
  void readableIdsStayAsTheyAre() {
    assertThat(Ids.iteration("main", "M1")).isEqualTo("main/M1");
    assertThat(Ids.closing("main", 2)).isEqualTo("main/2");
    assertThat(Ids.step("M1", 25)).isEqualTo("M1/25");
    assertThat(Ids.setAside("M2", 7)).isEqualTo("M2/batch/7");
    assertThat(Ids.policy("main", "M1", 300, "0123456789abcdef")).isEqualTo("main-M1-300-01234567");
    assertThat(Ids.evaluation("main-M1-300-01234567", "gsm8k@ab", "greedy"))
        .isEqualTo("main-M1-300-01234567/gsm8k@ab/greedy");
    assertThat(Ids.checkpoint(1, "M1", 25)).isEqualTo("0001-M1-00000025");
    assertThat(Ids.named("short", "0123456789abcdef")).isEqualTo("short@0123456789ab");
    assertThat(Ids.unreadable("main.problems", 3, 17)).isEqualTo("main.problems-3-17");
    assertThat(Ids.worker("solve", "0", 1)).isEqualTo("solve.0.1");
    assertThat(Ids.relabeller("relabel", 2)).isEqualTo("relabel-2");
    assertThat(Ids.runLogEntry("recipe", "short", "ab"))
        .isEqualTo(Ids.hash("recipe", "short", "ab"));
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
