package orcaflow.agents.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import orcaflow.agents.Lab;
import orcaflow.events.Problem;
import orcaflow.stack.words.AskMeAnything;
import orcaflow.stack.words.EnglishReader;
import orcaflow.stack.words.ProblemSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HiddenTargetTest {

  private static final String APPLES =
      "Tom has 12 apples and buys 5 more. How many apples does Tom have?";
  private static final String PRICE =
      "Ann buys 3 pens at $2 each and pays with $10. How much change does she get?";
  private static final String TWICE = "Tom has 4 pens. Tom buys 4 pens. Then he has twice as many.";
  private static final String LOSES = "Tom has 6 pens and loses 3. How many are left?";
  private static final String WORDS = "Tom has three pens and finds twice as many.";

  /** The original, its answer, the child's question and answer, and the fault. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A | 17 | Tom has some apples. He buys 5 more and has 17. How many at first? | 12 |",
        "A | 17 | Tom has 12 apples. He buys some and has 17. How many? | 5 |",
        "A | 17 apples | Tom has 12 apples. He buys some and has 17. How many? | 5 |",
        "A | | Tom has 12 apples. He buys some and has 17. How many does he buy? | 5 |",
        "A | | Tom has 12 apples. He buys some. How many does he buy? | 5 |",
        "A | red | Tom has 12 apples and has 17. How many does he buy? | 5 |",
        "A | 17 | Tom has 12 apples. He buys some. | 5 | the question lacks the number 17",
        "A | 17 | Tom buys some apples and has 17. | 5 | the question lacks the number 12",
        "A | 17 | How many does he buy? | 5 | the question lacks the number 12",
        "A | 17 | Tom has 12, buys 5 and has 17. | 5 | the question states the hidden value 5",
        "A | 17 | Tom has 12, buys five and has 17. | 5 | the question states the hidden value 5",
        "A | 17 | Tom has 12 apples and buys 5. How many apples has he? | 17 |",
        "A | 17 | Tom has 12 and has 17. | 6 | the answer 6 is no number of the problem",
        "A | 17 | Tom has 12 and has 17. | five | the answer is not a plain number",
        "A | 17 | Tom has 12 and has 17. | 5 apples | the answer is not a plain number",
        "A | 17 | Tom has 12 and has 17. | unknown | the answer is not a plain number",
        "P | 4 | Ann buys pens at $2 each, pays with $10 and gets $4 back. How many? | 3 |",
        "P | 4 | Ann buys 3 pens, pays with $10 and gets $4 back. What is a pen? | 2 |",
        "P | 4.00 | Ann buys 3 pens, pays with $10.00 and gets $4 back. What is a pen? | 2.0 |",
        "P | 4 | Ann buys 3 pens and gets $4 back. | 2 | the question lacks the number 10",
        "T | 16 | Tom has some pens. He buys 4. Then he has twice as many: 16. | 4 |",
        "T | 16 | Tom has 4 and buys 4. Then twice: 16. | 4 | the question states the hidden value 4",
        "T | 16 | Tom has some pens. Then twice as many: 16. | 4 | the question lacks the number 4",
        "T | 16 | Tom has 4 pens. He buys 4. Then he has 16. How many times as many? | 2 |",
        "T | 16 | Tom has 4 and buys 4. Then twice: 16. | 2 | the question states the hidden value 2",
        "L | 3 | Tom has 6 pens and loses some. Now he has 3. How many does he lose? | 3 |",
        "L | 3 | Tom has 6, loses 3, has 3. | 3 | the question states the hidden value 3",
        "L | | Tom has 6, loses some, has 3. | 3 | the question states the hidden value 3",
        "W | 9 | Tom has some pens. He finds twice as many and has 9. How many at first? | 3 |",
        "W | 9 | Some pens become 9 in the end. How many at first? | 3 |",
        "W | 9 | Tom has 3, finds twice, has 9. | 3 | the question states the hidden value 3",
      })
  void objects(String original, String answer, String child, String hidden, String fault) {
    HiddenTarget target = HiddenTarget.of(text(original), Optional.ofNullable(answer));
    assertThat(target.fault(child, hidden)).isEqualTo(Optional.ofNullable(fault));
  }

  private static String text(String original) {
    return switch (original) {
      case "A" -> APPLES;
      case "P" -> PRICE;
      case "T" -> TWICE;
      case "L" -> LOSES;
      default -> WORDS;
    };
  }

  @Test
  void theAnswerMayStandInTheSolution() {
    Problem problem =
        Problem.newBuilder(Lab.problem(APPLES)).setSolution("12 + 5 = 17\n#### 17").build();
    assertThat(HiddenTarget.of(problem)).isEqualTo(HiddenTarget.of(APPLES, Optional.of("17")));
  }

  /** The scripted model makes good children, so the rule objects to none of them. */
  @Test
  void objectsToNoChildOfTheScriptedModel() {
    for (ProblemSet.Row row : ProblemSet.seeds(500, 1)) {
      List<AskReplies.QuestionAnswer> children =
          AskMeAnything.reply(EnglishReader.read(row.question()).orElseThrow())
              .map(reply -> AskReplies.questions(reply).value().orElseThrow())
              .orElseThrow();
      HiddenTarget known = HiddenTarget.of(row.question(), Optional.of(row.answer()));
      HiddenTarget unknown = HiddenTarget.of(row.question(), Optional.empty());
      assertThat(children)
          .as(row.question())
          .allMatch(child -> known.fault(child.question(), child.answer()).isEmpty())
          .anyMatch(child -> unknown.fault(child.question(), child.answer()).isEmpty());
    }
  }
}
