package orcaflow.schemas.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher.Comparison;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are hard to read, by kind. A row names the verdicts that are right. */
class AnswerCasesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How a kind fares. */
  private record Score(int rows, int right, int undecided) {

    Score plus(boolean isRight, boolean isUndecided) {
      return new Score(rows + 1, right + (isRight ? 1 : 0), undecided + (isUndecided ? 1 : 0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cases.jsonl", "own-cases.jsonl"})
  void everyRowHasARightVerdict(String file) throws IOException {
    Map<String, Score> byKind = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (JsonNode row : rows(file)) {
      Comparison found = AnswerMatcher.compare(row.get("gold").asText(), row.get("text").asText());
      String verdict = found.verdict().name().toLowerCase(Locale.ROOT);
      boolean right = List.of(row.get("expected").asText().split(" or ")).contains(verdict);
      byKind.merge(
          row.get("kind").asText(),
          new Score(0, 0, 0).plus(right, verdict.equals("undecided")),
          (one, other) ->
              new Score(
                  one.rows() + other.rows(),
                  one.right() + other.right(),
                  one.undecided() + other.undecided()));
      if (!right) {
        wrong.add("%s: %s".formatted(row, found));
      }
    }
    System.out.print(table(file, byKind));
    assertThat(wrong).isEmpty();
  }

  private static String table(String file, Map<String, Score> byKind) {
    StringBuilder table =
        new StringBuilder("%s%n%5s %5s %9s  kind%n".formatted(file, "rows", "right", "undecided"));
    Score all = new Score(0, 0, 0);
    for (Map.Entry<String, Score> kind : byKind.entrySet()) {
      Score score = kind.getValue();
      all =
          new Score(
              all.rows() + score.rows(),
              all.right() + score.right(),
              all.undecided() + score.undecided());
      table.append(line(score, kind.getKey()));
    }
    return table.append(line(all, "all")).toString();
  }

  private static String line(Score score, String name) {
    return "%5d %5d %9d  %s%n".formatted(score.rows(), score.right(), score.undecided(), name);
  }

  /** Texts of 1 MiB that a reader with loops inside loops would take for ever on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<think>",
        "</think>",
        "[INST]",
        "Q: ",
        "Question: 1\n",
        "#### a\n",
        "#### 1. Add\n",
        "| 1 |\n",
        "```\n",
        "wait, ",
        "No. ",
        "I cannot tell. ",
        "(1",
        "1 (a) ",
        "1 and a half ",
        "three point ",
        "1'234 ",
        "1.234.",
        "x = ",
        "$1",
        "\\text{",
        "\\overline{",
        "{,}",
        "^{",
        "1^",
        "2(",
        "answer cannot be ",
        "\"answer\": ",
        "in 3 days ",
        "5 ft ",
        "1 dozen and ",
        "-(",
        "not 1, ",
        "I hope this helps! ",
        "A: 1\n",
        "If the answer is 1. ",
        "\\n",
        "…",
        "0.333",
        "1 to ",
        "ratio ",
        "Q:\n",
        "Question:\n"
      })
  void readsAMebibyteInLinearTime(String unit) {
    String text = unit.repeat((1 << 20) / unit.length());
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          AnswerMatcher.compare("18", text);
          AnswerMatcher.compare(text, "18");
          AnswerMatcher.compare("18", "#### " + text);
          AnswerMatcher.compare("18", "The answer is " + text);
        });
  }

  @Test
  void thePageHasEveryReasonForUndecided() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("orcaflow.root", ".."), "docs", "answers.md"));
    assertThat(AnswerMatcher.Reason.values())
        .filteredOn(reason -> reason.verdict() == VerdictValue.UNDECIDED)
        .allSatisfy(reason -> assertThat(page).contains("| `" + reason.code() + "` |"));
  }

  @Test
  void theGoldenRowsAreMany() throws IOException {
    assertThat(rows("own-cases.jsonl").size()).isGreaterThan(2 * rows("cases.jsonl").size());
  }

  private static List<JsonNode> rows(String file) throws IOException {
    try (InputStream bytes = AnswerCasesTest.class.getResourceAsStream(file);
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
