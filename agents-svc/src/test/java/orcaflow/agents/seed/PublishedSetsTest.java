package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import orcaflow.agents.seed.form.Columns;
import orcaflow.agents.seed.form.Forms;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.testing.SharedFolder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real sets, written in the form that they are published in and read back: every row is there or
 * has a reason, and what is read is what the set says.
 */
class PublishedSetsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Forms FORMS = new Forms(Columns.KNOWN);

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "gsm8k_train.jsonl.gz,  GSM8K,        7473",
    "gsm8k_test.jsonl,      GSM8K,        1319",
    "mawps2373.jsonl,       MAWPS/DRAW-1K, 2373",
    "addsub.jsonl,          MAWPS/DRAW-1K, 395",
    "singleeq.jsonl,        MAWPS/DRAW-1K, 508",
    "multiarith.jsonl,      MAWPS/DRAW-1K, 600",
    "singleop.jsonl,        MAWPS/DRAW-1K, 562",
    "draw1k.jsonl,          MAWPS/DRAW-1K, 1000",
    "mathqa_test1000.jsonl, MathQA,       1000",
  })
  void everyRowIsReadAsThePublisherMeansItOrHasAReason(String set, String form, int rows)
      throws IOException {
    List<JsonNode> source = SharedFolder.rows(set);
    assertThat(source).hasSize(rows);
    Path raw = dir.resolve(form.equals("GSM8K") ? "raw.jsonl" : "raw.json");
    Files.writeString(raw, form.equals("GSM8K") ? lines(source) : array(source, form));

    int same = 0;
    Map<String, Integer> bad = new TreeMap<>();
    List<SeedRow> read = read(raw);
    assertThat(read).hasSize(rows);
    for (int i = 0; i < rows; i++) {
      if (read.get(i) instanceof SeedRow.Bad row) {
        bad.merge(row.defect().replaceAll("[0-9][0-9,.]*", "N"), 1, Integer::sum);
        continue;
      }
      SeedRow.Good row = (SeedRow.Good) read.get(i);
      assertThat(row.form()).isEqualTo(form);
      assertThat(row.question()).isEqualTo(source.get(i).path("question").asText().strip());
      String gold = once(source.get(i).path("answer").asText());
      assertThat(row.expectedAnswer()).as(row.question()).isPresent();
      assertThat(equal(gold, row.expectedAnswer().get()))
          .as("%s: %s is %s", row.question(), gold, row.expectedAnswer().get())
          .isTrue();
      same++;
    }
    System.out.printf("| %s | %s | %,d | %,d | %s |%n", set, form, rows, same, reasons(bad));
    assertThat(same).isGreaterThan(rows * 99 / 100);
  }

  private static String reasons(Map<String, Integer> bad) {
    return bad.entrySet().stream()
        .map(reason -> "%d: %s".formatted(reason.getValue(), reason.getKey()))
        .collect(Collectors.joining("; "));
  }

  /** Two unknowns of one value have one answer. */
  private static String once(String answers) {
    return Arrays.stream(answers.split("; ")).distinct().collect(Collectors.joining("; "));
  }

  /** The same words or, of numbers, the same values. */
  private static boolean equal(String gold, String read) {
    return gold.equals(read)
        || AnswerMatcher.compare(gold, "#### " + read).verdict() == VerdictValue.MATCH;
  }

  /**
   * {@code answer} is the solution with its calculator marks, and the answer behind {@code ####}.
   */
  private static String lines(List<JsonNode> source) {
    return source.stream()
        .map(
            row ->
                JSON.createObjectNode()
                    .put("question", row.path("question").asText())
                    .put(
                        "answer",
                        row.path("solution").asText() + "\n#### " + row.path("answer").asText()))
        .map(ObjectNode::toString)
        .collect(Collectors.joining("\n"));
  }

  private static String array(List<JsonNode> source, String form) {
    ArrayNode rows = JSON.createArrayNode();
    source.forEach(row -> rows.add(form.equals("MathQA") ? mathQa(row) : mawps(row)));
    return rows.toPrettyString();
  }

  private static ObjectNode mawps(JsonNode row) {
    ObjectNode raw = JSON.createObjectNode().put("sQuestion", row.path("question").asText());
    raw.putArray("lEquations").add(row.path("solution").asText("x=1"));
    ArrayNode solutions = raw.putArray("lSolutions");
    for (String solution : row.path("answer").asText().split("; ")) {
      solutions.add(new BigDecimal(solution).doubleValue());
    }
    return raw;
  }

  private static ObjectNode mathQa(JsonNode row) {
    List<String> options = new ArrayList<>();
    row.path("options")
        .fields()
        .forEachRemaining(
            option -> options.add(option.getKey() + " ) " + option.getValue().asText()));
    return JSON.createObjectNode()
        .put("Problem", row.path("question").asText())
        .put("Rationale", "\"" + row.path("solution").asText() + "\"")
        .put("options", String.join(" , ", options))
        .put("correct", row.path("correct").asText())
        .put("annotated_formula", row.path("formula").asText());
  }

  private static List<SeedRow> read(Path file) {
    List<SeedRow> read = new ArrayList<>();
    try (SeedRows rows = SeedInput.of(file).rows()) {
      for (Optional<SeedRows.Line> row = rows.next(); row.isPresent(); row = rows.next()) {
        read.add(SeedRow.of(row.get(), FORMS));
      }
    }
    return read;
  }
}
