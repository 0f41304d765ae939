package orcaflow.stack.words;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Variants of the shipped benchmark, held against a solver that reads the text by itself. */
class ProblemVariantsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @EnumSource(ProblemVariants.Kind.class)
  void everyVariantHasTheAnswerThatItsTextHas(ProblemVariants.Kind kind) throws IOException {
    int variants = 0;
    for (JsonNode row : benchmark()) {
      String question = row.path("question").asText();
      Optional<ProblemVariants.Variant> variant = ProblemVariants.of(kind, question);
      if (variant.isEmpty()) {
        continue;
      }
      variants++;
      String text = variant.get().question();
      assertThat(text).as("another question").isNotEqualTo(question);
      // Without the sentence that does not matter the reader has to understand it.
      Problem read = EnglishReader.read(plain(kind, question, text)).orElseThrow();
      long answer = Solver.solve(read).orElseThrow().answer();
      assertThat(variant.get().answer()).as(text).isEqualTo(Long.toString(answer));
      assertThat(Skeleton.isReserved(Skeleton.of(read, answer))).as(text).isTrue();
      if (kind == ProblemVariants.Kind.NUMBERS) {
        assertThat(variant.get().answer()).as(text).isNotEqualTo(row.path("answer").asText());
      } else {
        assertThat(variant.get().answer()).as(text).isEqualTo(row.path("answer").asText());
      }
    }
    System.out.printf("%s: %d variants of %d questions%n", kind, variants, benchmark().size());
    assertThat(variants).isGreaterThan(kind == ProblemVariants.Kind.ORDER ? 250 : 1_150);
  }

  @Test
  void aVariantChangesWhatItSays() {
    String question =
        "Ann has 8 pens. Ann buys 5 pens. Ann gives 3 pens to Tom. How many pens does Ann have now?";
    ProblemVariants.Variant names =
        ProblemVariants.of(ProblemVariants.Kind.NAMES, question).orElseThrow();
    assertThat(names.question()).doesNotContain("Ann", "Tom").contains("8 pens", "5 pens");
    assertThat(names.answer()).isEqualTo("10");
    ProblemVariants.Variant distractor =
        ProblemVariants.of(ProblemVariants.Kind.DISTRACTOR, question).orElseThrow();
    assertThat(sentences(distractor.question()))
        .hasSize(5)
        .containsSubsequence(sentences(question));
    assertThat(distractor.answer()).isEqualTo("10");
    assertThat(ProblemVariants.of(ProblemVariants.Kind.NAMES, question)).contains(names);
  }

  @Test
  void anOrderThatMattersIsKept() {
    assertThat(
            ProblemVariants.of(
                ProblemVariants.Kind.ORDER,
                "Ann has 8 pens. Ann buys 5 pens. Then Ann has twice as many pens."
                    + " How many pens does Ann have now?"))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ProblemVariants.Kind.class)
  void otherEnglishHasNone(ProblemVariants.Kind kind) {
    assertThat(ProblemVariants.of(kind, "A train leaves at noon. When does it arrive?")).isEmpty();
  }

  private static String plain(ProblemVariants.Kind kind, String question, String text) {
    if (kind != ProblemVariants.Kind.DISTRACTOR) {
      return text;
    }
    List<String> own = new ArrayList<>(sentences(text));
    own.retainAll(sentences(question));
    assertThat(own).hasSameSizeAs(sentences(question));
    return String.join(" ", own);
  }

  private static List<String> sentences(String text) {
    return Arrays.asList(text.split("(?<=\\.) "));
  }

  private static List<JsonNode> benchmark() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                ProblemVariantsTest.class.getResourceAsStream("/orcaflow/benchmark.jsonl"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(JSON.readTree(line));
      }
    }
    return rows;
  }
}
