package orcaflow.stack.words;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.ExpansionRule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemSetTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Teacher TEACHER = new Teacher(Teacher.DEFAULT_STYLES);

  private static List<ProblemSet.Row> seeds;
  private static List<ProblemSet.Row> benchmark;

  /** Everything two rounds can make of all seeds, with Ask-Me-Anything at work on each. */
  private static List<ProblemSet.Row> everything;

  private static Set<String> everyQuestion;

  @BeforeAll
  static void readTheShippedSets() throws IOException {
    seeds = shipped("seeds.jsonl.gz");
    benchmark = shipped("benchmark.jsonl");
    List<String> questions = seeds.stream().map(ProblemSet.Row::question).toList();
    everything = ProblemSet.expanded(questions, new ExpansionRule(1, 2), TEACHER);
    everyQuestion = normalised(everything);
  }

  @Test
  void shippedSetsAreWhatTheGeneratorMakes() throws IOException {
    assertThat(seeds).hasSize(9_000).isEqualTo(ProblemSet.seeds(9_000, 1));
    assertThat(benchmark).hasSize(1_200).isEqualTo(ProblemSet.benchmark(1_200, 1));
    assertThat(shipped("validation.jsonl"))
        .hasSize(600)
        .isEqualTo(ProblemSet.benchmark(1_800, 1).subList(1_200, 1_800))
        .extracting(ProblemSet.Row::question)
        .doesNotContainAnyElementsOf(benchmark.stream().map(ProblemSet.Row::question).toList());
  }

  @Test
  void aSeedHasOneEventAndAsksForTheTotal() {
    assertThat(seeds)
        .extracting(row -> problem(row))
        .allMatch(p -> p.isForward() && p.events().size() == ProblemSet.SEED_EVENTS);
  }

  @Test
  void answersAreRightAndStaySmall() {
    for (List<ProblemSet.Row> rows : List.of(seeds, benchmark, everything)) {
      assertThat(rows)
          .allSatisfy(
              row -> {
                long answer = Solver.solve(problem(row)).orElseThrow().answer();
                assertThat(row.answer()).isEqualTo(Long.toString(answer));
                assertThat(answer).isBetween(0L, 199L);
              });
    }
  }

  @Test
  void noExpansionOfASeedIsABenchmarkQuestion() {
    Set<String> heldOut = normalised(benchmark);

    assertThat(heldOut).hasSize(benchmark.size());
    assertThat(everything.size()).isGreaterThan(40_000);
    heldOut.retainAll(everyQuestion);
    assertThat(heldOut).isEmpty();
  }

  @Test
  void noExpansionOfASeedSharesASkeletonWithTheBenchmark() {
    Set<String> heldOut =
        benchmark.stream().map(ProblemSetTest::skeleton).collect(Collectors.toSet());

    assertThat(heldOut).allMatch(Skeleton::isReserved);
    assertThat(everything.stream().map(ProblemSetTest::skeleton))
        .noneMatch(heldOut::contains)
        .noneMatch(Skeleton::isReserved);
  }

  @Test
  void anExpansionHoldsNoQuestionTwice() {
    // Each row's form tells its round, and an edit or a child tells the problem it came from.
    assertThat(everyQuestion).hasSize(everything.size());
    Map<String, Long> rows =
        everything.stream()
            .collect(Collectors.groupingBy(ProblemSet.Row::source, Collectors.counting()));
    assertThat(rows)
        .containsEntry("seed", 9_000L)
        .containsEntry("suggest-and-edit-1", 9_000L)
        .containsEntry("suggest-and-edit-2", 9_000L);
  }

  @Test
  void benchmarkMixesFormsOfAllKinds() {
    List<Problem> problems = benchmark.stream().map(ProblemSetTest::problem).toList();
    Map<Object, Long> kinds =
        problems.stream()
            .collect(
                Collectors.groupingBy(
                    p -> p.isForward() ? p.events().size() : "asked", Collectors.counting()));

    assertThat(kinds).containsOnlyKeys(1, 2, 3, "asked");
    assertThat(kinds.get(1)).isBetween(140L, 220L);
    assertThat(kinds.get(2)).isBetween(420L, 540L);
    assertThat(kinds.get(3)).isBetween(310L, 410L);
    assertThat(kinds.get("asked")).isBetween(140L, 220L);
  }

  @Test
  void vocabularyIsSmall() {
    Set<String> words = new HashSet<>();
    for (ProblemSet.Row row : everything) {
      words.addAll(List.of((row.question() + " " + row.solution()).split("[\\s.?]+|(?<=\\d)")));
    }

    assertThat(words).hasSizeLessThan(90);
  }

  @Test
  void mainWritesTheSameBytesEachTime(@TempDir Path folder) throws IOException {
    Path first = folder.resolve("a.jsonl.gz");
    Path second = folder.resolve("b.jsonl.gz");
    for (Path file : List.of(first, second)) {
      assertThat(run("--kind", "seeds", "--count", "50", "--out", file.toString())).isZero();
    }
    Path expanded = folder.resolve("expanded.jsonl");
    int status =
        run("--kind", "expanded", "--seeds", first.toString(), "--out", expanded.toString());

    assertThat(status).isZero();
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(Files.readAllLines(expanded)).hasSizeGreaterThan(150);
    assertThat(Files.readAllLines(expanded)).allMatch(line -> line.contains("\"solution\":"));
  }

  @Test
  void aSeedThatCannotBeReadIsNamedByFileAndLine(@TempDir Path folder) throws IOException {
    Path bad = folder.resolve("bad.jsonl");
    Files.writeString(bad, "{\"question\":\"Why?\"}\n");
    StringWriter errors = new StringWriter();

    int status =
        ProblemSetMain.commandLine()
            .setErr(new PrintWriter(errors))
            .execute("--kind=expanded", "--seeds=" + bad, "--out=" + folder.resolve("out.jsonl"));

    assertThat(status).isNotZero();
    assertThat(errors)
        .hasToString(bad + " line 1: question is \"Why?\": not a problem of the English\n");
  }

  private static int run(String... args) {
    return ProblemSetMain.commandLine().execute(args);
  }

  private static List<ProblemSet.Row> shipped(String name) throws IOException {
    List<ProblemSet.Row> rows = new ArrayList<>();
    try (InputStream bytes = ProblemSetTest.class.getResourceAsStream("/orcaflow/" + name);
        InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        var json = JSON.readTree(line);
        assertThat(json.properties().stream().map(Map.Entry::getKey))
            .containsExactly("id", "source", "question", "answer");
        rows.add(
            new ProblemSet.Row(
                json.get("id").asText(),
                json.get("source").asText(),
                json.get("question").asText(),
                json.get("answer").asText(),
                ""));
      }
    }
    return rows;
  }

  private static Problem problem(ProblemSet.Row row) {
    return EnglishReader.read(row.question()).orElseThrow();
  }

  private static String skeleton(ProblemSet.Row row) {
    return Skeleton.of(problem(row), Long.parseLong(row.answer()));
  }

  private static Set<String> normalised(List<ProblemSet.Row> rows) {
    return rows.stream().map(row -> Ids.normalised(row.question())).collect(Collectors.toSet());
  }
}
