package orcaflow.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import orcaflow.agents.stage.StageCounts;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.SolutionStatus;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Expansion;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.stack.Stack;
import orcaflow.stack.scripted.ScriptedModel;
import orcaflow.stack.words.ProblemSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The whole service against a real broker, registry and model server. */
class AgentsIT {

  @TempDir static Path dir;
  static Stack stack;
  static ScriptedModel model;
  static String url;

  Lab lab;

  @BeforeAll
  static void start() {
    stack = Stack.start(dir);
    model = new ScriptedModel(ScriptedModel.Settings.DEFAULT);
    url = "http://127.0.0.1:" + model.start();
  }

  @AfterAll
  static void stop() {
    model.close();
    stack.close();
  }

  @BeforeEach
  void newRun(TestInfo test) {
    lab = Lab.on(stack, test.getTestMethod().orElseThrow().getName());
  }

  @Test
  void everyProblemIsExpandedAndSolvedExactlyOnce() {
    List<Problem> problems = problems(300);
    lab.write(Topics.PROBLEMS, problems);
    AgentsConfig config = AgentsConfig.defaults().withModels(url, url, url);
    long began = System.nanoTime();
    try (AgentsService service =
        AgentsService.start(lab.cluster(), config, new Expansion(0.5, 2))) {
      Lab.await("all is solved", () -> finished(service, "solve") == 300);
      Lab.await("all is edited", () -> finished(service, "suggest-and-edit") == 300);
      Lab.await("all is asked about", () -> finished(service, "ask-me-anything") == 300);
      System.out.println(
          "TIMING %d ms %s".formatted((System.nanoTime() - began) / 1_000_000, service.counts()));
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
                .filter(c -> c.getLineage().getAgent().equals(Expansion.SUGGEST_AND_EDIT))
                .map(ProblemCandidate::getId))
        .containsExactlyInAnyOrderElementsOf(
            problems.stream()
                .map(p -> Ids.candidate(p.getId(), Expansion.SUGGEST_AND_EDIT, 1, 0))
                .toList());
    assertThat(lab.ids(Topics.STAGE_OUTCOMES)).doesNotHaveDuplicates();
    assertThat(lab.ids(Topics.MODEL_CALLS)).doesNotHaveDuplicates();
    assertThat(lab.read(Topics.STAGE_OUTCOMES)).allMatch(o -> o.getOutcome() == OutcomeKind.DONE);
  }

  private static long finished(AgentsService service, String stage) {
    StageCounts counts = service.counts().get(stage);
    return counts.done() + counts.skipped() + counts.dead() + counts.unwanted();
  }

  static List<Problem> problems(int count) {
    return ProblemSet.seeds(count, 7).stream().map(row -> Lab.problem(row.question())).toList();
  }
}
