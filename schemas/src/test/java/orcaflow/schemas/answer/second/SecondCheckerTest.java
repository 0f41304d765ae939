package orcaflow.schemas.answer.second;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import orcaflow.events.CheckValue;
import orcaflow.events.VerdictValue;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecondCheckerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "18 | 18",
        "18 | She has 5.\\n#### 18",
        "1234 | So $\\boxed{1{,}234}$ dollars.",
        "1234 | The answer is **1,234**.",
        "0.5 | Final answer: \\frac{1}{2}",
        "2.5 | #### 2 1/2",
        "-2.5 | \\boxed{-2\\frac{1}{2}}",
        "1/3 | A: 0.33333",
        "50% | #### 0.5",
        "50 | #### 50%",
        "50% | #### 50 percent",
        "1000 | #### 10^{3}",
        "$18 | She earns $18 a day.",
        "7 | In total that is 3 + 4 = 7 apples.",
        "12 apples | The answer is:\\n12",
        "64 | #### 64\\nI hope this helps!"
      })
  void findsTheSameNumber(String reference, String completion) {
    assertThat(check(reference, completion).value()).isEqualTo(CheckValue.SAME);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "18 | #### 19",
        "18 | #### -18",
        "18 | \\boxed{180}",
        "0.67 | #### 0.68",
        "10000 | #### 10000.4",
        "50% | #### 5",
        "1/3 | #### 2/3",
        "18 apples | A: 17 apples"
      })
  void findsAnotherNumber(String reference, String completion) {
    assertThat(check(reference, completion).value()).isEqualTo(CheckValue.DIFFERENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | #### 18",
        "Friday | #### 18",
        "18 | eighteen",
        "18 | #### 18 thousand",
        "18 | #### not 18",
        "-18 | #### minus 18",
        "18 | \\boxed{18\\pi}",
        "18 | #### 18x",
        "18 | #### 3 - 5",
        "18 | #### 1,8",
        "1234 | #### 1 234",
        "18 | #### 18 cents",
        "2 hours | #### 120 minutes",
        "1/3 | #### 33.3%",
        "0.67 | #### 2/3",
        "18.0 | #### 18.001",
        "18 | #### 18\\n\\nWait, it is 15.",
        "18 | #### 18\\nActually, that is wrong.",
        "18 | \\boxed{18}\\n#### 19",
        "18 | <think>#### 18</think>",
        "18 | #### 18\\n\\nQuestion: How many?",
        "18 | If the answer is 18, we are done.",
        "18 | She has 3 of 18 apples.",
        "18 | minus $\\boxed{18}$",
        "18 | #### 9^9^9",
        "18 | #### 1e99999999",
        "18 | #### 1/0"
      })
  void isUnsureRatherThanGuesses(String reference, String completion) {
    assertThat(check(reference, completion).value()).isEqualTo(CheckValue.UNSURE);
  }

  @Test
  void contradictsOnlyAVerdictThatSaysTheOpposite() {
    Check same = SecondChecker.check("18", "#### 18");
    Check different = SecondChecker.check("18", "#### 19");
    Check unsure = SecondChecker.check("18", "eighteen");

    assertThat(List.of(VerdictValue.values()))
        .filteredOn(same::contradicts)
        .containsExactly(VerdictValue.MISMATCH);
    assertThat(List.of(VerdictValue.values()))
        .filteredOn(different::contradicts)
        .containsExactly(VerdictValue.MATCH);
    assertThat(List.of(VerdictValue.values())).noneMatch(unsure::contradicts);
    assertThat(different.explained()).isEqualTo("other numbers: wanted 18, given 19");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        " ",
        "1",
        "a",
        "1 ",
        "a. ",
        "a.",
        "####\n",
        "#### 1\n",
        "answer is ",
        "answer: 1. ",
        "answer:\n",
        "A:1\n",
        "\\boxed{",
        "\\boxed{1}",
        "\\boxed{{",
        "<",
        "<<",
        "[AAAA",
        "= ",
        "-",
        "(",
        "$",
        "1,",
        "n't ",
        "1e",
        "**",
        "Q"
      })
  void readsAMebibyteInTime(String unit) {
    String text = unit.repeat((1 << 20) / unit.length());
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          SecondChecker.check("18", text);
          SecondChecker.check(text, "18");
          SecondChecker.check("18", "#### " + text);
          SecondChecker.check("18", "The answer is " + text);
        });
  }

  private static Check check(String reference, String completion) {
    return SecondChecker.check(reference, completion.replace("\\n", "\n"));
  }
}
