package orcaflow.cli.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.cli.contamination.ContaminationReport.Level;
import orcaflow.testing.SharedFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContaminationCheckTest {

  private static final List<BenchmarkQuestion> BENCHMARK =
      List.of(
          new BenchmarkQuestion(
              "a", 1, "Ann buys 3 red apples and 4 green pears. How many fruits?"),
          new BenchmarkQuestion("b", 2, "What is it?"));

  /**
   * Every planted problem is some kind of copy of one of six questions. Exact copies are found at
   * every n. Changed numbers, changed names and light paraphrases (sentences turned round) are
   * found at n = 1 only for certain; full paraphrases never.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "exact,            6, 6, 6 6 6 6 6 6 6 6",
    "numbers,          0, 6, 6 3 0 0 0 0 0 0",
    "names,            0, 6, 6 1 1 1 0 0 0 0",
    "light-paraphrase, 0, 6, 6 2 1 0 0 0 0 0",
    "full-paraphrase,  0, 5, 0 0 0 0 0 0 0 0",
    "unrelated,        0, 0, 0 0 0 0 0 0 0 0"
  })
  void findsAndMissesOfWhatWasPlanted(String kind, int exact, int nearest, String flagged)
      throws Exception {
    List<NearPair> ofKind =
        pairs(planted("benchmark"), planted("planted")).stream()
            .filter(pair -> pair.corpusId().equals(kind + "-" + pair.benchmarkId().substring(1)))
            .filter(pair -> !kind.equals("unrelated") || pair.flagged(1))
            .toList();
    assertThat(ofKind).hasSize(nearest);
    assertThat(ofKind.stream().filter(NearPair::exact)).hasSize(exact);
    assertThat(
            IntStream.rangeClosed(1, 8)
                .mapToObj(n -> "" + ofKind.stream().filter(pair -> pair.flagged(n)).count())
                .toList())
        .containsExactly(flagged.split(" "));
  }

  @Test
  void flagsNothingButWhatWasPlanted() throws Exception {
    assertThat(
            pairs(planted("benchmark"), planted("planted")).stream()
                .filter(pair -> pair.flagged(1))
                .filter(pair -> !pair.corpusId().endsWith(pair.benchmarkId().substring(1)))
                .toList())
        .isEmpty();
  }

  @Test
  void anExactCopyIsFoundBeyondTheTenNearestAndWithoutAWord() {
    try (ContaminationCheck check = new ContaminationCheck(BENCHMARK)) {
      for (int i = 0; i < 12; i++) {
        check.problem(
            "copy-%02d".formatted(i), "ANN buys 3 red apples, and 4 green pears. How many fruits");
      }
      check.problem("nameless", "what is it");
      List<NearPair> pairs = check.pairs(done -> {});
      ContaminationReport report = check.report(pairs);
      assertThat(pairs).hasSize(13).allMatch(NearPair::exact);
      assertThat(pairs.get(12)).isEqualTo(new NearPair("b", 2, "nameless", 0, List.of(), true));
      assertThat(report.exactPairs()).isEqualTo(13);
      assertThat(report.exactQuestions()).isEqualTo(2);
      assertThat(report.wordlessQuestions()).isEqualTo(1);
      assertThat(report.everyLevelQuestions()).isEqualTo(1);
    }
  }

  @Test
  void aDecimalPointMakesADifference() {
    try (ContaminationCheck check =
        new ContaminationCheck(List.of(new BenchmarkQuestion("a", 1, "Add 3.5 liters of milk")))) {
      check.problem("b", "Add 35 liters of milk");
      assertThat(check.pairs(done -> {})).extracting(NearPair::exact).containsExactly(false);
    }
  }

  @Test
  void theOrderOfArrivalChangesNothing() throws Exception {
    List<BenchmarkQuestion> problems = new ArrayList<>(planted("planted"));
    // Equal texts under other ids: who is left out of the ten nearest must not depend on the order.
    problems.addAll(
        planted("planted").stream()
            .map(problem -> new BenchmarkQuestion(problem.id() + "-again", 0, problem.text()))
            .toList());
    List<NearPair> pairs = pairs(planted("benchmark"), problems);
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(problems, new Random(seed));
      assertThat(pairs(planted("benchmark"), problems)).isEqualTo(pairs);
    }
  }

  /** Measured: of 13,190 pairs nine share more than half of their words, none of their bigrams. */
  @Test
  void gsm8kTestIsNotInGsm8kTrain() throws IOException {
    List<BenchmarkQuestion> test = shared("gsm8k_test.jsonl");
    List<BenchmarkQuestion> train = shared("gsm8k_train.jsonl.gz");
    try (ContaminationCheck check = new ContaminationCheck(test)) {
      train.forEach(problem -> check.problem(problem.id(), problem.text()));
      ContaminationReport report = check.report(check.pairs(done -> {}));
      assertThat(report.questions()).isEqualTo(1319);
      assertThat(report.problems()).isEqualTo(7473);
      assertThat(report.pairs()).isEqualTo(13190);
      assertThat(report.exactPairs()).isZero();
      assertThat(report.levels().get(0)).isEqualTo(new Level(1, 9, 7));
      assertThat(report.levels().subList(1, 8))
          .allMatch(level -> level.pairs() == 0 && level.questions() == 0);
      assertThat(report.worst())
          .extracting(NearPair::benchmarkId, NearPair::corpusId)
          .startsWith(tuple("gsm8k-test-0632", "gsm8k-train-0020"));
    }
  }

  /**
   * 126 questions of SingleEq are in AddSub, by letters and digits alone. 111 are exact copies for
   * us; the others write 2,479 where the copy has 2479, and overlap wholly at every n.
   */
  @Test
  void findsTheQuestionsThatTwoSetsAreKnownToShare() throws IOException {
    List<BenchmarkQuestion> addsub = shared("addsub.jsonl");
    List<BenchmarkQuestion> singleeq = shared("singleeq.jsonl");
    Map<String, String> lettersOf =
        Stream.concat(addsub.stream(), singleeq.stream())
            .collect(
                Collectors.toMap(
                    BenchmarkQuestion::id,
                    row -> row.text().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")));
    List<NearPair> shared =
        pairs(addsub, singleeq).stream()
            .filter(
                pair -> lettersOf.get(pair.benchmarkId()).equals(lettersOf.get(pair.corpusId())))
            .toList();
    assertThat(questions(shared)).isEqualTo(126);
    assertThat(questions(shared.stream().filter(NearPair::exact).toList())).isEqualTo(111);
    assertThat(shared).allMatch(pair -> pair.jaccard().stream().allMatch(overlap -> overlap == 1));
  }

  private static long questions(List<NearPair> pairs) {
    return pairs.stream().map(NearPair::benchmarkLine).distinct().count();
  }

  private static List<NearPair> pairs(
      List<BenchmarkQuestion> benchmark, List<BenchmarkQuestion> problems) {
    try (ContaminationCheck check = new ContaminationCheck(benchmark)) {
      problems.forEach(problem -> check.problem(problem.id(), problem.text()));
      return check.pairs(done -> {});
    }
  }

  private static List<BenchmarkQuestion> planted(String name)
      throws IOException, URISyntaxException {
    return read(
        Path.of(
            ContaminationCheckTest.class
                .getResource("/orcaflow/cli/contamination/" + name + ".jsonl")
                .toURI()));
  }

  private static List<BenchmarkQuestion> shared(String name) throws IOException {
    return read(SharedFolder.path("datasets/" + name));
  }

  private static List<BenchmarkQuestion> read(Path file) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    QuestionFile.read(file, (question, read, bytes) -> questions.add(question));
    return questions;
  }
}
