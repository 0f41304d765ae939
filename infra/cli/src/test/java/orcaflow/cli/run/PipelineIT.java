package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import orcaflow.agents.model.WaitingNotes;
import orcaflow.cli.Main;
import orcaflow.cli.Printed;
import orcaflow.cli.dataset.Manifest;
import orcaflow.cli.dataset.RunTopics;
import orcaflow.cli.lineage.ProblemTrace;
import orcaflow.cli.lineage.RowTrace;
import orcaflow.cli.lineage.StepTrace;
import orcaflow.cli.lineage.Tracer;
import orcaflow.cli.replay.BadReplay;
import orcaflow.cli.replay.Comparison;
import orcaflow.cli.replay.Replay;
import orcaflow.cli.replay.ReplayPlan;
import orcaflow.cli.replay.ReplayReport;
import orcaflow.cli.robustness.Robustness;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.Completion;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.ModelCall;
import orcaflow.events.Policy;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RunLogEntry;
import orcaflow.events.StudentRollout;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
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
      List.of("] problems:", "] M1 sft:", "] M2 rollouts:", "] M2 kto:");

  /** There it is asked to stop (SIGTERM) instead of being killed: PyTorch is at work. */
  private static final String STOPPED_AT = "] M1 sft:";

  @TempDir static Path dir;
  private CompletableFuture<Void> killed;
  private RunControlProcess finished;
  private RunControlProcess other;
  private Stack stack;
  private Records undisturbed;
  private Report report;
  private Printed status;

  /**
   * Side by side: either waits a good part of its time, for leases, elections and the other JVM.
   * The undisturbed run's folder is opened once, behind the last command on it.
   */
  @BeforeAll
  void runBoth() throws Exception {
    List<String> disturbed = arguments("killed");
    killed = CompletableFuture.runAsync(() -> runAndKill(disturbed));
    RunControlProcess run = new RunControlProcess(arguments("undisturbed"));
    assertThat(run.awaitEnd()).as(run.output()).isZero();
    report = Report.read(dir.resolve("undisturbed/report.json"));
    finished = new RunControlProcess(arguments("undisturbed"));
    finished.awaitEnd();
    List<String> limited = new ArrayList<>(arguments("undisturbed"));
    limited.addAll(List.of("--limit", "3"));
    other = new RunControlProcess(limited);
    other.awaitEnd();
    String folder = dir.resolve("undisturbed").toString();
    status = Printed.of(List.of("status", "--dir", folder, "-o", "json"));
    stack = Stack.start(dir.resolve("undisturbed/stack"));
    undisturbed = Records.of(stack, "main");
  }

  private static void runAndKill(List<String> arguments) {
    try {
      Random random = new Random(SEED);
      for (String phase : KILLED_AT) {
        RunControlProcess run = new RunControlProcess(arguments);
        run.awaitLine(phase);
        Thread.sleep(random.nextInt(700));
        if (phase.equals(STOPPED_AT)) {
          int status = run.stop();
          // Where the machine is too busy to close in time, it says so and ends with 1.
          boolean late = run.output().contains("orcaflow: not closed after");
          assertThat(status).as(run.output()).isEqualTo(late ? 1 : 128 + 15);
          assertThat(run.output()).contains("stopping; the same command continues from there");
        } else {
          assertThat(run.kill()).as("killed at '%s':%n%s", phase, run.output()).isTrue();
        }
      }
      RunControlProcess last = new RunControlProcess(arguments);
      assertThat(last.awaitEnd()).as(last.output()).isZero();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  /** A failure of the undisturbed run must not leave the other behind. */
  @AfterAll
  void awaitTheOther() {
    killed.handle((done, failure) -> failure).join();
    if (stack != null) {
      stack.close();
    }
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
      } else if (row.getOrigin().equals("synthetic")) {
        StudentRollout lent = byRollout.get(row.getResponseId());
        assertThat(lent.getProblemId()).isEqualTo(row.getDonorProblemId());
        assertThat(lent.getProblemId()).isNotEqualTo(row.getProblemId());
        assertThat(row.getDesirable()).isFalse();
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

  @Test
  void lineageTellsTheSameFromAStepAndFromAProblem() throws Exception {
    try (Tracer tracer = new Tracer(stack.cluster("main"))) {
      assertThat(tracer.stepIds()).hasSize(150 + 40 + 10);
      Map<String, Set<String>> problemsOf = new TreeMap<>();
      Set<String> problems = new TreeSet<>();
      for (String step : List.of("M1/1", "M1/150", "M2/1", "M2/17", "M3/1", "M3/10")) {
        problemsOf.put(step, problemsOf(tracer, step));
        problemsOf.get(step).stream().limit(3).forEach(problems::add);
      }
      assertThat(undisturbed.ids(Topics.PROBLEMS)).containsAll(problems);
      for (String problem : problems) {
        ProblemTrace trace = tracer.problem(problem);
        for (String step : trace.steps().stream().limit(4).toList()) {
          assertThat(problemsOf(tracer, step)).as(step).contains(problem);
        }
        problemsOf.forEach(
            (step, known) ->
                assertThat(trace.steps().contains(step)).isEqualTo(known.contains(problem)));
        assertThat(trace.candidates()).extracting(c -> c.fate()).contains("admitted");
        assertThat(trace.rows())
            .filteredOn(learnt -> learnt.row().rollout().isPresent())
            .extracting(learnt -> learnt.row().rollout().orElseThrow())
            .isSubsetOf(trace.rollouts().stream().map(ProblemTrace.Rollout::id).toList());
        assertThat(undisturbed.of(Topics.POLICIES).stream().map(Policy::getVersion))
            .containsAll(trace.policies());
      }
      assertThatThrownBy(() -> tracer.step("3"))
          .hasMessage("step 3 is in several iterations: say one of M1/3, M2/3, M3/3");
      assertThatThrownBy(() -> tracer.step("M4/1"))
          .hasMessage("run main has no step 'M4/1': they go from M1/1 to M3/10");
      assertThatThrownBy(() -> tracer.problem("nobody"))
          .hasMessage(
              "run main has no problem 'nobody': the ids are those of './orcaflow tail problems'");

      Cluster cluster = stack.cluster("main");
      String json = lineage(cluster, "--step", "150", "-o", "json");
      assertThat(json).contains("\"step\" : \"M1/150\"", "\"topic\" : \"main.demonstrations\"");
      assertThat(lineage(cluster, "--problem", problems.iterator().next()))
          .contains("steps: M1/", "policies: main-M1-150-");
    }
  }

  private static Set<String> problemsOf(Tracer tracer, String step) throws Exception {
    StepTrace trace = tracer.step(step);
    assertThat(trace.policies()).as(step).hasSize(1);
    return trace.rows().stream()
        .map(RowTrace::problem)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String lineage(Cluster cluster, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all =
        new ArrayList<>(
            List.of(
                "lineage", "--bootstrap", cluster.bootstrap(), "--registry", cluster.registry()));
    all.addAll(List.of(arguments));
    int status =
        Main.commandLine().setOut(new PrintWriter(out)).execute(all.toArray(String[]::new));
    assertThat(status).as(err.toString()).isZero();
    return out.toString();
  }

  @Test
  void aRunKilledInEveryPhaseEndsWithTheSameIdsAndNoneTwice() throws Exception {
    this.killed.get();
    Records killed = Records.of(dir.resolve("killed"));
    for (Topic<?> topic : Topics.all()) {
      assertThat(killed.ids(topic)).as(topic.name()).doesNotHaveDuplicates();
      if (!List.of(Topics.MODEL_CALLS, Topics.SENT_CALLS, Topics.RUN_LOG).contains(topic)) {
        assertThat(killed.ids(topic)).as(topic.name()).isEqualTo(undisturbed.ids(topic));
      }
    }
    assertThat(answers(killed)).isEqualTo(answers(undisturbed));
    assertThat(settings(killed)).isEqualTo(settings(undisturbed));
    Report again = Report.read(dir.resolve("killed/report.json"));
    assertThat(again.funnel()).isEqualTo(report.funnel());
    assertThat(again.iterations())
        .extracting(Report.IterationResult::policy)
        .isEqualTo(report.iterations().stream().map(Report.IterationResult::policy).toList());
  }

  /** Without the waits, which only a run that is killed may have. */
  private static List<String> settings(Records records) {
    return records.of(Topics.RUN_LOG).stream()
        .filter(entry -> !entry.getKind().equals(WaitingNotes.LOG_KIND))
        .map(RunLogEntry::getId)
        .sorted()
        .toList();
  }

  /** Without the calls that died with their process. */
  private static List<String> answers(Records records) {
    return records.of(Topics.MODEL_CALLS).stream()
        .filter(call -> call.getRequest() == null)
        .map(ModelCall::getId)
        .sorted()
        .toList();
  }

  @Test
  void aFinishedRunSaysSoAndPrintsTheTableAgain() throws Exception {
    assertThat(finished.awaitEnd()).isZero();
    assertThat(finished.output()).contains("is complete").contains("M3      dpo");
    assertThat(finished.output()).contains("M3 on variants of the questions of ");
    assertThat(report.robustness().orElseThrow().rows())
        .extracting(Robustness.Row::variant)
        .contains("names", "numbers", "distractor");
  }

  @Test
  void statusOpensTheFolderOfAFinishedRun() throws Exception {
    assertThat(status.status()).as(status.text()).isZero();
    JsonNode facts = Report.JSON.readTree(status.text());
    assertThat(facts.path("running").asBoolean()).isFalse();
    assertThat(facts.path("standing")).isEmpty();
    assertThat(Report.JSON.treeToValue(facts.path("funnel"), Funnel.class))
        .isEqualTo(report.funnel());
  }

  @Test
  void anotherCommandOnTheSameFolderIsRefused() throws Exception {
    assertThat(other.awaitEnd()).isEqualTo(2);
    assertThat(other.output()).contains("run.json: limit is 'none', and this command says '3'");
  }

  /** What the undisturbed run has left, as experiments. No service runs but the trainer. */
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  class Replays {

    @Test
    @Order(1)
    void underTheRunsOwnPolicyAndRecipeThePoliciesAreTheRunsToTheBit() throws Exception {
      ReplayReport again = replay("again", "paper");
      assertThat(again.policies())
          .extracting(p -> p.result().name(), ReplayReport.Trained::weights)
          .isEqualTo(
              undisturbed.of(Topics.POLICIES).stream()
                  .map(p -> tuple(p.getName(), p.getWeightsHash()))
                  .toList());
      for (Topic<?> topic :
          List.of(Topics.DEMONSTRATIONS, Topics.LABELLED_COMPLETIONS, Topics.PREFERENCE_PAIRS)) {
        assertThat(Records.of(stack, "again").ids(topic))
            .as(topic.name())
            .isEqualTo(undisturbed.ids(topic));
      }
    }

    @Test
    @Order(2)
    void asksNoModelAndOnceMoreKilledGivesTheSameBytes() throws Exception {
      ReplayReport first = replay("exp-a", "teacher-only");
      Records records = Records.of(stack, "exp-a");
      for (Topic<?> topic :
          List.of(Topics.MODEL_CALLS, Topics.ROLLOUT_REQUESTS, Topics.STUDENT_ROLLOUTS)) {
        assertThat(records.ids(topic)).as(topic.name()).isEmpty();
      }
      assertThat(first.modelCalls()).isZero();

      RunControlProcess killed = new RunControlProcess(command("exp-b"));
      killed.awaitLine("] M2 kto:");
      assertThat(killed.kill()).as(killed.output()).isTrue();
      ReplayReport second = replay("exp-b", "teacher-only");
      assertThat(second.last().weights()).isEqualTo(first.last().weights());
      assertThat(digests("exp-b")).isEqualTo(digests("exp-a"));
    }

    @Test
    @Order(3)
    void comparisonTellsWhichRowsAndEvaluationsDiffer() throws Exception {
      Comparison comparison = Comparison.of(stack.cluster("main"), stack.cluster("exp-a"));
      Comparison.RowDifference rows =
          comparison.rows().stream()
              .filter(r -> r.kind().equals("labelled-completions") && r.iteration() == 2)
              .findFirst()
              .orElseThrow();
      Map<Boolean, Long> right =
          undisturbed.of(Topics.LABELLED_COMPLETIONS).stream()
              .filter(r -> r.getIteration() == 2 && r.getOrigin().equals("rollout"))
              .collect(
                  Collectors.partitioningBy(
                      LabelledCompletion::getDesirable, Collectors.counting()));
      assertThat(rows.onlyLeft()).as("right rollouts").isEqualTo(right.get(true));
      assertThat(rows.both()).isEqualTo(rows.left() - right.get(true));
      assertThat(rows.flipped()).isZero();
      assertThat(comparison.evaluations())
          .filteredOn(e -> e.iteration() == 1)
          .hasSize(2)
          .allSatisfy(e -> assertThat(e.left()).isEqualTo(e.right()));
      assertThat(comparison.text()).contains("only left", "M2", "the same weights");
      assertThat(comparison.paired().orElseThrow().rows())
          .isNotEmpty()
          .allSatisfy(row -> assertThat(row.before()).isNotEqualTo(row.after()))
          .noneSatisfy(row -> assertThat(row.pair()).isEqualTo("M1"));
      assertThat(report.paired().orElseThrow().rows())
          .extracting(PairedScores.Row::mode)
          .contains("greedy", "sampled");
    }

    @Test
    @Order(4)
    void goingOnWithAnotherPolicyIsRefused() {
      assertThatThrownBy(() -> replay("exp-a", "rollouts"))
          .isInstanceOf(BadReplay.class)
          .hasMessageContaining("'exp-a' is a replay with --labelling teacher-only@");
      assertThatThrownBy(() -> replay("main", "rollouts"))
          .isInstanceOf(BadReplay.class)
          .hasMessage("--to main is the run itself: give another name");
    }

    @Test
    @Order(5)
    void aRangeThatRetentionRemovedIsRefusedWithTheGapNamed() throws Exception {
      TopicPartition partition = new TopicPartition("main.graded-rollouts", 1);
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.broker().bootstrap()))) {
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(5))).all().get();
      }
      assertThatThrownBy(() -> replay("late", "teacher-only"))
          .isInstanceOf(BadReplay.class)
          .hasMessageContaining("main.graded-rollouts partition 1: offsets 0 to ")
          .hasMessageContaining("and 0 to 5 are no longer there; what is left is main@0:0-,1:5-,");
    }

    private ReplayReport replay(String to, String policy) throws Exception {
      ReplayPlan plan =
          ReplayPlan.of(
              dir.resolve("undisturbed"),
              "main",
              to,
              Optional.of(policy),
              dir.resolve("tiny.yaml").toString(),
              "M1",
              dir.resolve("benchmark.jsonl"));
      return Replay.execute(plan, stack.cluster("main"), Progress.on(System.err));
    }

    private List<String> command(String to) {
      return List.of(
          "replay",
          "--from=main",
          "--to=" + to,
          "--policy=teacher-only",
          "--recipe=" + dir.resolve("tiny.yaml"),
          "--benchmark=" + dir.resolve("benchmark.jsonl"),
          "--dir=" + dir.resolve("undisturbed"),
          "--bootstrap=" + stack.broker().bootstrap(),
          "--registry=" + stack.registry().url());
    }

    private List<String> digests(String run) throws Exception {
      try (RunTopics topics = new RunTopics(stack.cluster(run))) {
        return topics.cut().topics().stream().map(Manifest.Slice::digest).toList();
      }
    }
  }

  private List<String> arguments(String name) throws Exception {
    Path recipe = dir.resolve("tiny.yaml");
    Path seeds = dir.resolve("seeds.jsonl");
    Path benchmark = dir.resolve("benchmark.jsonl");
    if (!Files.exists(recipe)) {
      try (InputStream in = PipelineIT.class.getResourceAsStream("/orcaflow/cli/tiny.yaml")) {
        // The paper's labelling: its synthetic negatives wait until an iteration is closed.
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        Files.writeString(
            recipe, text.replace("labelling: paper-no-synthetic", "labelling: paper"));
      }
      Files.write(seeds, seeds());
      Files.write(benchmark, head(BundledFiles.BENCHMARK, 50));
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
    Path file = BundledFiles.unpack(BundledFiles.SEEDS, unpacked);
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
    return Files.readAllLines(BundledFiles.unpack(shipped, unpacked)).subList(0, count);
  }
}
