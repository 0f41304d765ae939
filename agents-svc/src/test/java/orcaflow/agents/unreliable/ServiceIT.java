package orcaflow.agents.unreliable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import orcaflow.agents.AgentsConfig;
import orcaflow.agents.AgentsFile;
import orcaflow.agents.AgentsMain;
import orcaflow.agents.AgentsService;
import orcaflow.agents.Lab;
import orcaflow.agents.seed.SeedInput;
import orcaflow.agents.seed.Seeding;
import orcaflow.agents.stage.StageCounts;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RolloutRequest;
import orcaflow.events.SolutionStatus;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.stack.SharedStack;
import orcaflow.stack.Stack;
import orcaflow.stack.scripted.ScriptedModel;
import orcaflow.stack.words.ProblemSet;
import orcaflow.testing.ChildCommand;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The whole service against a real broker, registry and model server. */
class ServiceIT {

  static Stack stack;
  static ScriptedModel model;
  static String url;

  Lab lab;

  @BeforeAll
  static void start() {
    stack = SharedStack.get();
    model = new ScriptedModel(ScriptedModel.Settings.DEFAULT);
    url = "http://127.0.0.1:" + model.start();
  }

  @AfterAll
  static void stop() {
    model.close();
  }

  @BeforeEach
  void newRun(TestInfo test) {
    lab = Lab.on(stack, test.getTestMethod().orElseThrow().getName(), 3);
  }

  @Test
  void everyProblemIsExpandedAndSolvedExactlyOnce() {
    List<Problem> problems = problems(150);
    lab.write(Topics.PROBLEMS, problems);
    AgentsConfig config = Lab.config().withModels(url, url, url);
    try (AgentsService service =
        AgentsService.start(lab.cluster(), config, new ExpansionRule(0.5, 2))) {
      Lab.await("all is solved", () -> finished(service, "solve") == 150);
      Lab.await("all is edited", () -> finished(service, "suggest-and-edit") == 150);
      Lab.await("all is asked about", () -> finished(service, "ask-me-anything") == 150);
    }
    assertThat(lab.ids(Topics.TEACHER_SOLUTIONS))
        .containsExactlyInAnyOrderElementsOf(
            problems.stream().map(problem -> Ids.solution(problem.getId())).toList());
    assertThat(lab.read(Topics.TEACHER_SOLUTIONS))
        .extracting(TeacherSolution::getStatus)
        .containsOnly(SolutionStatus.USABLE);
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).doesNotHaveDuplicates();
    assertThat(
            lab.read(Topics.PROBLEM_CANDIDATES).stream()
                .filter(c -> c.getLineage().getAgent().equals(ExpansionRule.SUGGEST_AND_EDIT))
                .map(ProblemCandidate::getId))
        .containsExactlyInAnyOrderElementsOf(
            problems.stream()
                .map(p -> Ids.candidate(p.getId(), ExpansionRule.SUGGEST_AND_EDIT, 1, 0))
                .toList());
    assertThat(lab.ids(Topics.STAGE_OUTCOMES)).doesNotHaveDuplicates();
    assertThat(lab.ids(Topics.MODEL_CALLS)).doesNotHaveDuplicates();
    assertThat(lab.read(Topics.STAGE_OUTCOMES)).allMatch(o -> o.getOutcome() == OutcomeKind.DONE);
  }

  @Test
  void aKilledProcessLeavesNoDuplicateAndNoGap() throws IOException {
    List<Problem> problems = problems(300);
    List<RolloutRequest> requests =
        problems.stream().map(problem -> Lab.request(problem.getQuestion(), 4)).toList();
    lab.write(Topics.PROBLEMS, problems);
    lab.write(Topics.ROLLOUT_REQUESTS, requests);
    long askedAbout = problems.stream().filter(new ExpansionRule(0.5, 2)::asksAbout).count();
    long all = 3L * problems.size() + askedAbout;
    for (int kills = 0; kills < 2; kills++) {
      // The second has less to do where the first was quick.
      long wanted = Math.min(all, lab.ids(Topics.STAGE_OUTCOMES).size() + 150);
      Process child = child();
      Lab.await(
          "the child is in the middle",
          () -> lab.ids(Topics.STAGE_OUTCOMES).size() >= wanted || !child.isAlive());
      child.destroyForcibly().onExit().join();
    }
    try (AgentsService service =
        AgentsService.start(lab.cluster(), AgentsChild.config(url), new ExpansionRule(0.5, 2))) {
      Lab.await("all is done", () -> lab.ids(Topics.STAGE_OUTCOMES).size() >= all);
    }
    assertThat(lab.ids(Topics.STUDENT_ROLLOUTS))
        .containsExactlyInAnyOrderElementsOf(requests.stream().map(RolloutRequest::getId).toList());
    assertThat(lab.ids(Topics.TEACHER_SOLUTIONS))
        .containsExactlyInAnyOrderElementsOf(
            problems.stream().map(problem -> Ids.solution(problem.getId())).toList());
    assertThat(edited()).isEqualTo(300);
    assertThat(lab.ids(Topics.PROBLEM_CANDIDATES)).doesNotHaveDuplicates();
    assertThat(lab.ids(Topics.STAGE_OUTCOMES)).doesNotHaveDuplicates();
    assertThat(lab.ids(Topics.MODEL_CALLS)).doesNotHaveDuplicates();
    assertThat(
            lab.read(Topics.STAGE_OUTCOMES).stream()
                .filter(outcome -> outcome.getStage().equals(ExpansionRule.ASK_ME_ANYTHING)))
        .hasSize((int) askedAbout);
  }

  private long edited() {
    return lab.read(Topics.PROBLEM_CANDIDATES).stream()
        .filter(c -> c.getLineage().getAgent().equals(ExpansionRule.SUGGEST_AND_EDIT))
        .count();
  }

  private Process child() throws IOException {
    return new ProcessBuilder(
            ChildCommand.of(
                512,
                AgentsChild.class,
                List.of(
                    lab.cluster().bootstrap(), lab.cluster().registry(), lab.cluster().run(), url)))
        .inheritIO()
        .start();
  }

  @Test
  void aServiceWhoseInstanceNameAnotherTakesEndsAndIsNotLive() throws Exception {
    AgentsConfig config = Lab.config().withModels(url, url, url);
    try (AgentsService older = AgentsService.start(lab.cluster(), config, new ExpansionRule(0, 0));
        AgentsService newer = AgentsService.start(lab.cluster(), config, new ExpansionRule(0, 0))) {
      assertThat(health(older.monitoringPort())).isEqualTo(200);
      Lab.await("the newer has fenced the older", newer::ready);
      lab.write(Topics.PROBLEMS, problems(300));

      assertThatThrownBy(() -> older.ended().get(90, TimeUnit.SECONDS))
          .cause()
          .hasMessageContaining("another process uses the same instance name")
          .hasMessageContaining("give each its own 'instance'");
      assertThat(health(older.monitoringPort())).isEqualTo(503);
      assertThat(health(newer.monitoringPort())).isEqualTo(200);
    }
  }

  @Test
  void aFencedProcessEndsWithASentenceAndStatusOne(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("agents.log");
    Process older = process(log);
    try {
      Lab.await("the older runs", () -> said(log).contains("metrics and health on port"));
      AgentsConfig config = Lab.config().withModels(url, url, url);
      try (AgentsService newer =
          AgentsService.start(lab.cluster(), config, new ExpansionRule(0, 0))) {
        Lab.await("the newer has fenced the older", newer::ready);
        lab.write(Topics.PROBLEMS, problems(300));

        assertThat(older.waitFor(90, TimeUnit.SECONDS)).as(said(log)).isTrue();
      }
      assertThat(older.exitValue()).isEqualTo(1);
      assertThat(said(log)).contains("agents stopped: ").contains("give each its own 'instance'");
    } finally {
      older.destroyForcibly();
    }
  }

  /** The service as a process of its own, with the file that it prints. */
  private Process process(Path log) throws IOException {
    Path file = Files.writeString(log.resolveSibling("agents.yaml"), AgentsFile.defaultText());
    ProcessBuilder builder =
        new ProcessBuilder(
                ChildCommand.of(512, AgentsMain.class, List.of("--config", file.toString())))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "ORCAFLOW_CLUSTER_BOOTSTRAP",
                lab.cluster().bootstrap(),
                "ORCAFLOW_CLUSTER_REGISTRY",
                lab.cluster().registry(),
                "ORCAFLOW_CLUSTER_RUN",
                lab.cluster().run(),
                "ORCAFLOW_AGENTS_STATE_DIR",
                "target/agents",
                "ORCAFLOW_AGENTS_ENDPOINTS_AGENTS_URL",
                url,
                "ORCAFLOW_AGENTS_ENDPOINTS_TEACHER_URL",
                url,
                "ORCAFLOW_AGENTS_ENDPOINTS_JUDGE_URL",
                url,
                "ORCAFLOW_AGENTS_ENDPOINTS_STUDENT_URL",
                url));
    return builder.start();
  }

  private static String said(Path log) {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int health(int port) throws Exception {
    URI live = URI.create("http://127.0.0.1:%d/health/live".formatted(port));
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(live).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void seedingTwiceAddsNothing(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("seeds.jsonl");
    Files.writeString(
        file,
        """
        {"question":"Sam has 2 coins. How many?","answer":"2"}
        {"question":"Sam has 2 coins. How many?","answer":"2"}
        {"answer":"2"}

        no JSON
        {"question":"Tom has 3 coins. How many?","answer":3}
        """);
    List<Seeding.Seeded> reported = new ArrayList<>();
    assertThat(
            Seeding.run(lab.cluster(), "0", SeedInput.of(file), OptionalLong.of(4), reported::add))
        .isEqualTo(new Seeding.Seeded(4, 4, 0, 2));
    assertThat(
            Seeding.run(
                lab.cluster(), "0", SeedInput.of(file), OptionalLong.empty(), reported::add))
        .isEqualTo(new Seeding.Seeded(5, 1, 4, 0));
    assertThat(reported).isNotEmpty();
    List<ProblemCandidate> candidates = lab.read(Topics.PROBLEM_CANDIDATES);
    assertThat(candidates).extracting(ProblemCandidate::getId).hasSize(5).doesNotHaveDuplicates();
    assertThat(candidates)
        .extracting(ProblemCandidate::getDefect)
        .anyMatch(
            defect ->
                defect != null && defect.startsWith(file + ":3: the row has no question; its keys"))
        .anyMatch(defect -> defect != null && defect.startsWith(file + ":5: the row is not JSON"));
  }

  private static long finished(AgentsService service, String stage) {
    StageCounts counts = service.counts().get(stage);
    return counts.done() + counts.skipped() + counts.dead() + counts.unwanted();
  }

  static List<Problem> problems(int count) {
    return ProblemSet.seeds(count, 7).stream().map(row -> Lab.problem(row.question())).toList();
  }
}
