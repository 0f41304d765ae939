package orcaflow.streams.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkGateTest {

  private static final String ASKED =
      "Ann picks 12 red apples in the garden and sells 5 of them at the market. How many apples are"
          + " left?";

  @TempDir Path folder;
  private Benchmarks benchmarks;

  @BeforeEach
  void read() throws IOException {
    Path file = folder.resolve("test.jsonl");
    Files.writeString(
        file,
        """
        {"question": "A train of 9 cars carries 40 people in each car. How many people is that?"}
        {"id": "q2", "question": "%s"}
        """
            .formatted(ASKED));
    benchmarks = Benchmarks.read(List.of(file));
  }

  /** Words that count: ann picks 12 red apples garden sells 5 market many apples left. */
  @ParameterizedTest
  @CsvSource({
    "1, 0.5, 12, 14, true",
    "1, 0.9, 12, 14, false",
    "2, 0.5, 12, 14, true",
    "4, 0.4, garden, park, false",
    "8, 0, Ann, Eva, true",
  })
  void rejectsWhatSharesMoreThanTheLimit(
      int n, double limit, String word, String other, boolean rejected) {
    BenchmarkGate gate = gate(Map.of(n, limit), Optional.empty());

    Optional<Evidence> objection = gate.objection(ASKED.replace(word, other));

    assertThat(objection.isPresent()).isEqualTo(rejected);
    objection.ifPresent(
        evidence -> {
          assertThat(evidence.benchmark()).contains("test.jsonl:2 (q2)");
          assertThat(evidence.method()).contains("ngrams-" + n);
          assertThat(evidence.overlaps()).hasSize(8);
          assertThat(evidence.similarity()).contains(evidence.overlaps().get(n - 1));
          assertThat(evidence.similarity().orElseThrow()).isGreaterThan(limit);
        });
  }

  @Test
  void rejectsByCosineWithTheNumberThatProvesIt() {
    Optional<Evidence> objection =
        gate(Map.of(), Optional.of(0.8)).objection(ASKED.replace("12", "14"));

    assertThat(objection.flatMap(Evidence::method)).contains("tfidf-cosine");
    assertThat(objection.flatMap(Evidence::similarity).orElseThrow()).isBetween(0.8, 0.99);
    assertThat(objection.map(Evidence::sentence).orElseThrow())
        .startsWith("TF-IDF cosine 0.")
        .endsWith(" with test.jsonl:2 (q2), at least 0.8");
  }

  /**
   * By hand for the questions "red apples" and "green apples": idf(apples) = ln(3/3) + 1 = 1,
   * idf(red) = ln(3/2) + 1 = 1.405465, and ln(3/1) + 1 = 2.098612 for a word they do not have. "red
   * figs" against "red apples": 1.405465^2 / (1.724915 * 2.525768) = 0.453397.
   */
  @Test
  void wordsThatNoBenchmarkHasCountInTheLength() throws IOException {
    Path file = folder.resolve("small.jsonl");
    Files.writeString(file, "{\"question\": \"red apples\"}\n{\"question\": \"green apples\"}\n");
    BenchmarkGate gate =
        new BenchmarkGate(
            Benchmarks.read(List.of(file)), new BenchmarkLimits(Map.of(), Optional.of(0.01)));

    assertThat(gate.objection("red figs").flatMap(Evidence::similarity).orElseThrow())
        .isCloseTo(0.453397, within(1e-6));
    assertThat(gate.objection("dry figs")).isEmpty();
  }

  @Test
  void withoutLimitsOnlyEqualWordsAreTooMuch() {
    BenchmarkGate gate = gate(Map.of(), Optional.empty());
    assertThat(gate.objection(ASKED.replace("12", "14"))).isEmpty();
    assertThat(gate.objection(ASKED.toUpperCase(java.util.Locale.ROOT)))
        .contains(Evidence.inBenchmark("test.jsonl:2 (q2)"));
  }

  @Test
  void limitsThatCannotBeMeantAreRefused() {
    assertThatThrownBy(() -> new BenchmarkLimits(Map.of(9, 0.5), Optional.empty()))
        .hasMessage("admit.benchmark.ngrams has n = 9: use 1 to 8");
    assertThatThrownBy(() -> new BenchmarkLimits(Map.of(1, 1.0), Optional.empty()))
        .hasMessage("admit.benchmark.ngrams.1 is 1.0: use 0 or more and less than 1");
    assertThatThrownBy(() -> new BenchmarkLimits(Map.of(), Optional.of(1.5)))
        .hasMessage("admit.benchmark.cosine is 1.5: use more than 0 and at most 1");
  }

  private BenchmarkGate gate(Map<Integer, Double> ngrams, Optional<Double> cosine) {
    return new BenchmarkGate(benchmarks, new BenchmarkLimits(ngrams, cosine));
  }
}
