package orcaflow.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orcaflow.agents.unreliable.FaultyModel;
import orcaflow.events.ModelCall;
import orcaflow.events.Problem;
import orcaflow.events.SolutionStatus;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.stack.SharedStack;
import org.junit.jupiter.api.Test;

/** A teacher at two endpoints, of which one goes away. */
class SeveralEndpointsIT {

  private static final int PROBLEMS = 60;

  @Test
  void theOtherEndpointSolvesWhatOneCannotAndTheRecordsSayWhoAnswered() throws IOException {
    try (FaultyModel a = new FaultyModel();
        FaultyModel b = new FaultyModel()) {
      Lab lab = Lab.on(SharedStack.get(), "several", 2);
      String first = "http://127.0.0.1:" + a.start(0);
      String second = "http://127.0.0.1:" + b.start(0);
      AgentsConfig config = config(first, second);
      assertThat(AgentsPreflight.ask(config))
          .extracting(ModelCall::getEndpoint)
          .contains(first, second);
      try (AgentsService service =
          AgentsService.start(lab.cluster(), config, new ExpansionRule(0, 0))) {
        solve(lab, 0, PROBLEMS);
        assertThat(lab.read(Topics.MODEL_CALLS))
            .extracting(ModelCall::getEndpoint)
            .contains(first, second);
        a.close();
        assertThat(AgentsPreflight.ask(config))
            .as("one that is away is no reason not to start")
            .extracting(ModelCall::getEndpoint)
            .contains(second)
            .doesNotContain(first);
        int before = b.calls().size();
        solve(lab, PROBLEMS, 2 * PROBLEMS);
        assertThat(b.calls().size() - before).isEqualTo(PROBLEMS);
        Lab.await(
            "the wait for it is said",
            () -> service.waiting().stream().anyMatch(wait -> wait.endpoint().equals(first)));
      }
      b.close();
      assertThatThrownBy(() -> AgentsPreflight.ask(config))
          .isInstanceOf(AgentsPreflight.Failed.class)
          .hasMessageStartingWith("endpoint 'teacher' does not answer a first question");
    }
  }

  private static void solve(Lab lab, int from, int to) {
    List<Problem> problems =
        IntStream.range(from, to)
            .mapToObj(n -> Lab.problem("%d. Tom has 12 apples and he buys 5 more.".formatted(n)))
            .toList();
    lab.write(Topics.PROBLEMS, problems);
    Lab.await("all are solved", () -> lab.read(Topics.TEACHER_SOLUTIONS).size() == to);
    assertThat(lab.read(Topics.TEACHER_SOLUTIONS))
        .allMatch(solution -> solution.getStatus() == SolutionStatus.USABLE)
        .allMatch(solution -> solution.getLineage().getModel().equals("stub-1"));
  }

  /** The default file with two endpoints of the teacher, and of the stages only solve. */
  private static AgentsConfig config(String first, String second) {
    String text =
        AgentsFile.defaultText()
            .replace("run: true\n      size: { workers: 1, batch: 256 }", "run: false")
            .replace("run: true\n      size: { workers: 2, batch: 128 }", "run: false")
            .replace(
                "    teacher:\n      url: http://127.0.0.1:8000\n",
                """
                    teacher:
                      url: %s
                      others:
                        - { url: %s, weight: 2, model: its-name-there }
                """
                    .formatted(first, second));
    return ConfigFile.parse("agents.yaml", text, AgentsFile.class, "X", Map.of())
        .agents()
        .in(Path.of("target", "agents"));
  }
}
