package orcaflow.schemas.answer.second;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.testing.SharedFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two checkers never contradict each other but where a row of explained.tsv says why. */
@Execution(ExecutionMode.CONCURRENT)
class BothCheckersTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int GENERATED = 120_000;
  private static final int OTHERS = 20;

  @ParameterizedTest
  @ValueSource(strings = {"cases.jsonl", "own-cases.jsonl"})
  void onTheGoldenRows(String file) throws IOException {
    Tally tally = new Tally(file);
    for (JsonNode row : golden(file)) {
      tally.add(row.get("id").asText(), row.get("gold").asText(), row.get("text").asText());
    }
    assertThat(tally.unexplained()).isEmpty();
  }

  /** Each text against the answers of rows before and behind, which are of its kind mostly. */
  @ParameterizedTest
  @ValueSource(strings = {"cases.jsonl", "own-cases.jsonl"})
  void onTheGoldenRowsWithAnswersOfOthers(String file) throws IOException {
    Tally tally = new Tally(file + ", others' answers");
    List<JsonNode> rows = golden(file);
    for (int i = 0; i < rows.size(); i++) {
      for (int j = Math.max(0, i - OTHERS); j < Math.min(rows.size(), i + OTHERS); j++) {
        String id =
            "%s/%s".formatted(rows.get(i).get("id").asText(), rows.get(j).get("id").asText());
        tally.add(id, rows.get(j).get("gold").asText(), rows.get(i).get("text").asText());
      }
    }
    assertThat(tally.unexplained()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gsm8k_test_model_solutions.jsonl.gz", "gsm8k_test_tora_outputs.jsonl.gz"})
  void onOutputsOfRealModels(String file) throws IOException {
    Tally tally = new Tally(file.replace(".jsonl.gz", ""));
    String before = "";
    for (JsonNode row : SharedFolder.rows(file)) {
      String id = row.get("id").asText();
      String answer = row.get("answer").asText();
      String solution = row.get("solution").asText();
      tally.add(id, answer, solution);
      tally.add(id + "/before", answer, before);
      before = solution;
    }
    assertThat(tally.unexplained()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gsm8k_train.jsonl.gz", "gsm8k_test.jsonl"})
  void onSolutionsByPeople(String file) throws IOException {
    Tally tally = new Tally(file.replaceFirst("\\.jsonl.*", ""));
    for (JsonNode row : SharedFolder.rows(file)) {
      String answer = row.get("answer").asText();
      String solution = row.get("solution").asText();
      tally.add(row.get("id").asText(), answer, solution + "\n#### " + answer);
      tally.add(row.get("id").asText() + "/unmarked", answer, solution);
    }
    assertThat(tally.unexplained()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "addsub.jsonl",
        "draw1k.jsonl",
        "mawps2373.jsonl",
        "multiarith.jsonl",
        "singleeq.jsonl",
        "singleop.jsonl"
      })
  void onAnswersOfOneProblemToTheNext(String file) throws IOException {
    Tally tally = new Tally(file.replace(".jsonl", ""));
    List<JsonNode> rows = SharedFolder.rows(file);
    for (int i = 0; i < rows.size(); i++) {
      String id = rows.get(i).get("id").asText();
      String answer = rows.get(i).get("answer").asText();
      String next = rows.get((i + 1) % rows.size()).get("answer").asText();
      tally.add(id, answer, "So it is.\n#### " + answer);
      tally.add(id + "/next", answer, "So it is.\n#### " + next);
    }
    assertThat(tally.unexplained()).isEmpty();
  }

  @Test
  void onEveryOptionOfMathQa() throws IOException {
    Tally tally = new Tally("mathqa_test1000, options");
    for (JsonNode row : SharedFolder.rows("mathqa_test1000.jsonl")) {
      int option = 0;
      for (JsonNode given : row.get("options")) {
        String id = "%s/%d".formatted(row.get("id").asText(), option++);
        tally.add(id, row.get("answer").asText(), "#### " + given.asText());
      }
    }
    assertThat(tally.unexplained()).isEmpty();
  }

  @Test
  void onGeneratedPairs() {
    Tally tally = new Tally("generated");
    GeneratedPairs pairs = new GeneratedPairs(new Random(20_261_126));
    for (int i = 0; i < GENERATED; i++) {
      GeneratedPairs.Pair pair = pairs.next();
      tally.add("generated-" + i, pair.reference(), pair.completion());
    }
    assertThat(tally.unexplained()).isEmpty();
  }

  private static List<JsonNode> golden(String file) throws IOException {
    try (InputStream bytes = AnswerMatcher.class.getResourceAsStream(file);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      List<JsonNode> rows = new ArrayList<>();
      for (String line : lines.lines().toList()) {
        rows.add(JSON.readTree(line));
      }
      return rows;
    }
  }
}
