package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import orcaflow.events.Completion;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.Policy;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.StudentRollout;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeds through every stage to three policies, on real parts: undisturbed, and killed again and
 * again.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipelineIT {

  private static final long SEED = 20240214;

  /** Progress lines at which the disturbed run is killed, in the order of the run. */
  private static final List<String> KILLED_AT =
      List.of("] problems:", "] M1 sft:", "] M2 rollouts:", "] M2 kto:", "] M3 rollouts:");

  @TempDir static Path dir;
  private CompletableFuture<Void> killed;
  private Records undisturbed;
  private Report report;

  /**
   * Side by side: either waits a good part of its time, for leases, elections and the other JVM.
   */
  @BeforeAll
  void runBoth() throws Exception {
    List<String> disturbed = arguments("killed");
    killed = CompletableFuture.runAsync(() -> runAndKill(disturbed));
    FrontDoorProcess run = new FrontDoorProcess("", arguments("undisturbed"));
    assertThat(run.awaitEnd()).as(run.output()).isZero();
    report = Report.read(dir.resolve("undisturbed/report.json"));
    undisturbed = Records.of(dir.resolve("undisturbed"));
  }

  @Test
  void theFunnelAddsUp() {
    Funnel funnel = report.funnel();
    long rejected = funnel.rejected().values().stream().mapToLong(n -> n).sum();
    assertThat(funnel.rejected()).containsEntry("malformed", 1L).containsEntry("duplicate", 1L);
    assertThat(funnel.admitted() + rejected).isEqualTo(funnel.candidates());
    assertThat(funnel.solutions()).isEqualTo(funnel.admitted());
    assertThat(
            funnel.verdicts().match()
                + funnel.verdicts().mismatch()
                + funnel.verdicts().undecided())
        .isEqualTo(funnel.rollouts());
    assertThat(funnel.rollouts()).isEqualTo(4L * undisturbed.of(Topics.ROLLOUT_REQUESTS).size());
    assertThat(funnel.candidates()).isEqualTo(undisturbed.of(Topics.PROBLEM_CANDIDATES).size());
  }

  @Test
  void everyRolloutHasExactlyOneVerdict() {
    List<String> rollouts =
        undisturbed.of(Topics.STUDENT_ROLLOUTS).stream()
            .flatMap(r -> r.getCompletions().stream().map(Completion::getId))
            .sorted()
            .toList();
    List<String> graded =
        undisturbed.of(Topics.GRADED_ROLLOUTS).stream()
            .flatMap(r -> r.getCompletions().stream().map(GradedCompletion::getRolloutId))
            .sorted()
            .toList();
    assertThat(rollouts).isNotEmpty().doesNotHaveDuplicates().isEqualTo(graded);
    assertThat(undisturbed.of(Topics.STUDENT_ROLLOUTS))
        .allSatisfy(rollout -> assertThat(rollout.getCompletions()).hasSize(4));
  }

  @Test
  void everyLabelledCompletionPointsAtItsRolloutProblemSeedAndPolicy() {
    Map<String, StudentRollout> byRollout =
        undisturbed.of(Topics.STUDENT_ROLLOUTS).stream()
            .flatMap(r -> r.getCompletions().stream().map(c -> Map.entry(c.getId(), r)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    Set<String> solutions = Set.copyOf(undisturbed.ids(Topics.TEACHER_SOLUTIONS));
    Map<String, Problem> problems =
        undisturbed.of(Topics.PROBLEMS).stream().collect(Collectors.toMap(Problem::getId, p -> p));
    Set<String> seeds =
        undisturbed.of(Topics.PROBLEM_CANDIDATES).stream()
            .filter(c -> c.getLineage().getAgent().equals("seed"))
            .map(ProblemCandidate::getId)
            .collect(Collectors.toSet());
    Set<String> policies =
        undisturbed.of(Topics.POLICIES).stream()
            .map(Policy::getVersion)
            .collect(Collectors.toSet());
    List<LabelledCompletion> rows = undisturbed.of(Topics.LABELLED_COMPLETIONS);

    assertThat(rows).isNotEmpty();
    for (LabelledCompletion row : rows) {
      if (row.getOrigin().equals("rollout")) {
        StudentRollout rollout = byRollout.get(row.getResponseId());
        assertThat(rollout.getProblemId()).isEqualTo(row.getProblemId());
        assertThat(rollout.getPolicyVersion()).isEqualTo(row.getPolicyVersion());
      } else {
        assertThat(solutions).contains(row.getResponseId());
      }
      assertThat(seeds).contains(row.getSeed());
      assertThat(problems.get(row.getProblemId()).getLineage().getSeed()).isEqualTo(row.getSeed());
      assertThat(policies).contains(row.getPolicyVersion());
    }
  }

  @Test
  void rolloutsComeFromThePolicyBeforeTheirIteration() {
    Map<Integer, String> versions =
        undisturbed.of(Topics.POLICIES).stream()
            .collect(Collectors.toMap(Policy::getIteration, Policy::getVersion));
    assertThat(undisturbed.of(Topics.GRADED_ROLLOUTS))
        .extracting(GradedRollout::getPolicyVersion, r -> versions.get(r.getIteration() - 1))
        .allSatisfy(pair -> assertThat(pair.toList().get(0)).isEqualTo(pair.toList().get(1)));
  }

  private static void runAndKill(List<String> arguments) {
    try {
      Random random = new Random(SEED);
      for (String phase : KILLED_AT) {
        FrontDoorProcess run = new FrontDoorProcess(phase, arguments);
        run.awaitPhase();
        Thread.sleep(random.nextInt(700));
        assertThat(run.kill()).as("killed at '%s':%n%s", phase, run.output()).isTrue();
      }
      FrontDoorProcess last = new FrontDoorProcess("", arguments);
      assertThat(last.awaitEnd()).as(last.output()).isZero();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  /** A failure of the undisturbed run must not leave the other behind. */
  @AfterAll
  void awaitTheOther() {
    killed.handle((done, failure) -> failure).join();
  }

  @Test
  void aRunKilledInEveryPhaseEndsWithTheSameIdsAndNoneTwice() throws Exception {
    this.killed.get();
    Records killed = Records.of(dir.resolve("killed"));
    for (Topic<?> topic : Topics.all()) {
      assertThat(killed.ids(topic)).as(topic.name()).doesNotHaveDuplicates();
      assertThat(killed.ids(topic)).as(topic.name()).isEqualTo(undisturbed.ids(topic));
    }
    Report again = Report.read(dir.resolve("killed/report.json"));
    assertThat(again.funnel()).isEqualTo(report.funnel());
    assertThat(again.iterations())
        .extracting(Report.IterationResult::policy)
        .isEqualTo(report.iterations().stream().map(Report.IterationResult::policy).toList());
  }

  @Test
  void aFinishedRunSaysSoAndPrintsTheTableAgain() throws Exception {
    FrontDoorProcess run = new FrontDoorProcess("", arguments("undisturbed"));
    assertThat(run.awaitEnd()).isZero();
    assertThat(run.output()).contains("is complete").contains("M3      dpo");
  }

  @Test
  void anotherCommandOnTheSameFolderIsRefused() throws Exception {
    List<String> other = new java.util.ArrayList<>(arguments("undisturbed"));
    other.addAll(List.of("--limit", "3"));
    FrontDoorProcess run = new FrontDoorProcess("", other);
    assertThat(run.awaitEnd()).isEqualTo(2);
    assertThat(run.output()).contains("run.json: limit is 'none', and this command says '3'");
  }

  private List<String> arguments(String name) throws Exception {
    Path recipe = dir.resolve("tiny.yaml");
    Path seeds = dir.resolve("seeds.jsonl");
    Path benchmark = dir.resolve("benchmark.jsonl");
    if (!Files.exists(recipe)) {
      try (InputStream in = PipelineIT.class.getResourceAsStream("/orcaflow/cli/tiny.yaml")) {
        Files.copy(in, recipe);
      }
      Files.write(seeds, seeds());
      Files.write(benchmark, head(Shipped.BENCHMARK, 50));
    }
    return List.of(
        "run",
        "--dir",
        dir.resolve(name).toString(),
        "--recipe",
        recipe.toString(),
        "--seeds",
        seeds.toString(),
        "--benchmark",
        benchmark.toString());
  }

  /** Shipped seeds, one of them twice, and a row that is no JSON. */
  private static List<String> seeds() throws Exception {
    Path unpacked = Files.createTempDirectory("orcaflow-seeds");
    Path file = Shipped.unpack(Shipped.SEEDS, unpacked);
    List<String> rows;
    try (var lines =
        new java.io.BufferedReader(
            new java.io.InputStreamReader(
                new java.util.zip.GZIPInputStream(Files.newInputStream(file)),
                java.nio.charset.StandardCharsets.UTF_8))) {
      rows = lines.lines().limit(60).collect(Collectors.toList());
    }
    rows.add(rows.get(0));
    rows.add("{\"question\": unquoted}");
    return rows;
  }

  private static List<String> head(String shipped, int count) throws Exception {
    Path unpacked = Files.createTempDirectory("orcaflow-benchmark");
    return Files.readAllLines(Shipped.unpack(shipped, unpacked)).subList(0, count);
  }
}
