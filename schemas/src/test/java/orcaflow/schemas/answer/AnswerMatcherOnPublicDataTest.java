package orcaflow.schemas.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher.Comparison;
import orcaflow.testing.SharedFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against labels that others gave to real model outputs. */
class AnswerMatcherOnPublicDataTest {

  /**
   * Rows whose authors took the answer from the output of a program; in the sentence behind it, the
   * last number is another ("5 cars drove through the jam in the first 15 minutes").
   */
  private static final Set<String> ANSWERED_IN_PASSING =
      Set.of(
          "gsm8k-test-0098/tora-70b-v1.0",
          "gsm8k-test-0288/tora-70b-v1.0",
          "gsm8k-test-0760/tora-70b-v1.0");

  /**
   * One formula; the others break off in mid sentence or repeat the digits of a number for ever.
   */
  private static final Set<String> UNDECIDED =
      Set.of(
          "gsm8k-test-0931/175b_finetuning",
          "gsm8k-test-0048/175b_finetuning",
          "gsm8k-test-0150/6b_finetuning",
          "gsm8k-test-0150/175b_finetuning",
          "gsm8k-test-0593/6b_finetuning",
          "gsm8k-test-0633/6b_finetuning",
          "gsm8k-test-0756/175b_finetuning",
          "gsm8k-test-0936/6b_finetuning");

  @Test
  void agreesWithThePublisherOnEveryModelSolutionOfGsm8k() throws IOException {
    List<JsonNode> rows = SharedFolder.rows("gsm8k_test_model_solutions.jsonl.gz");
    assertThat(rows).hasSize(5_276);
    assertThat(rows.stream().filter(row -> disagrees(row)).map(this::shown)).isEmpty();
    assertThat(rows.stream().filter(row -> verdict(row) == VerdictValue.UNDECIDED))
        .as("a formula is not a number: A: 10+John's age; a text that breaks off has no answer")
        .extracting(row -> row.get("id").asText())
        .containsExactlyInAnyOrderElementsOf(UNDECIDED);
  }

  @Test
  void agreesWithTheAuthorsOnToraOutputs() throws IOException {
    List<JsonNode> rows = SharedFolder.rows("gsm8k_test_tora_outputs.jsonl.gz");
    assertThat(rows).hasSize(2_638);
    assertThat(
            rows.stream()
                .filter(row -> disagrees(row))
                .filter(row -> !ANSWERED_IN_PASSING.contains(row.get("id").asText()))
                .map(this::shown))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gsm8k_train.jsonl.gz", "gsm8k_test.jsonl"})
  void goldSolutionsOfGsm8kMatchTheirAnswers(String file) throws IOException {
    List<JsonNode> rows = SharedFolder.rows(file);
    assertThat(rows).hasSizeGreaterThan(1_000);
    for (JsonNode row : rows) {
      String answer = row.get("answer").asText();
      String solution = row.get("solution").asText() + "\n#### " + answer;
      assertThat(AnswerMatcher.compare(answer, solution).verdict())
          .as(row.get("id").asText())
          .isEqualTo(VerdictValue.MATCH);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "addsub.jsonl",
        "draw1k.jsonl",
        "mathqa_test1000.jsonl",
        "mawps2373.jsonl",
        "multiarith.jsonl",
        "singleeq.jsonl",
        "singleop.jsonl"
      })
  void everyAnswerEqualsItself(String file) throws IOException {
    List<String> unequal =
        SharedFolder.rows(file).stream()
            .map(row -> row.get("answer").asText())
            .filter(
                answer ->
                    AnswerMatcher.compare(answer, "So it is.\n#### " + answer).verdict()
                        != VerdictValue.MATCH)
            .toList();
    assertThat(unequal).isEmpty();
  }

  /** MathQA has five options a row; the rounded and the percent rules must not make two of one. */
  @Test
  void anotherOptionOfMathQaNeverMatches() throws IOException {
    List<String> matching = new ArrayList<>();
    for (JsonNode row : SharedFolder.rows("mathqa_test1000.jsonl")) {
      String answer = row.get("answer").asText();
      for (JsonNode option : row.get("options")) {
        boolean other = !option.asText().equals(answer);
        Comparison found = AnswerMatcher.compare(answer, "#### " + option.asText());
        if (other && found.verdict() == VerdictValue.MATCH) {
          matching.add("%s: %s, %s".formatted(row.get("id").asText(), answer, option.asText()));
        }
      }
    }
    assertThat(matching)
        .as("the row's own slip: two of its options are the same fraction")
        .containsExactly("mathqa-test-0538: 1 / 3, 2 / 6");
  }

  private static VerdictValue verdict(JsonNode row) {
    return compare(row).verdict();
  }

  private static boolean disagrees(JsonNode row) {
    return (verdict(row) == VerdictValue.MATCH) != row.get("is_correct").asBoolean();
  }

  private static Comparison compare(JsonNode row) {
    return AnswerMatcher.compare(row.get("answer").asText(), row.get("solution").asText());
  }

  private String shown(JsonNode row) {
    String solution = row.get("solution").asText();
    return "%s answer %s is_correct %s: %s ...%s"
        .formatted(
            row.get("id").asText(),
            row.get("answer").asText(),
            row.get("is_correct"),
            compare(row),
            solution.substring(Math.max(0, solution.length() - 120)));
  }
}
