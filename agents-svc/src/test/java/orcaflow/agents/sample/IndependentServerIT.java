package orcaflow.agents.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.agents.AgentsConfig;
import orcaflow.agents.AgentsService;
import orcaflow.agents.Lab;
import orcaflow.events.CallOutcome;
import orcaflow.events.Completion;
import orcaflow.events.ModelCall;
import orcaflow.events.RolloutRequest;
import orcaflow.events.StudentRollout;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.stack.SharedStack;
import orcaflow.stack.words.ProblemSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Rollouts by a server that somebody else wrote and that already runs: {@code
 * -Dorcaflow.server.url=http://127.0.0.1:8000 -Dorcaflow.server.model=NAME}. A policy folder with a
 * chat template can be served by any server that reads the Hugging Face format.
 */
@EnabledIfSystemProperty(
    named = "orcaflow.server.url",
    matches = "http.*",
    disabledReason = "no server is named: -Dorcaflow.server.url and -Dorcaflow.server.model")
class IndependentServerIT {

  private static final int PROBLEMS = 12;

  @Test
  void everyRequestGetsItsFourCompletionsAndEveryCallIsKept() {
    Lab lab = Lab.on(SharedStack.get(), "independent", 2);
    List<RolloutRequest> requests =
        ProblemSet.seeds(PROBLEMS, 7).stream().map(row -> Lab.request(row.question(), 4)).toList();
    lab.write(Topics.ROLLOUT_REQUESTS, requests);
    try (AgentsService service =
        AgentsService.start(lab.cluster(), config(), new ExpansionRule(0, 0))) {
      Lab.await(
          "every request is settled",
          Duration.ofMinutes(5),
          () -> lab.ids(Topics.STAGE_OUTCOMES).size() == PROBLEMS);
    }
    List<StudentRollout> rollouts = lab.read(Topics.STUDENT_ROLLOUTS);
    List<ModelCall> calls = lab.read(Topics.MODEL_CALLS);
    rollouts.forEach(IndependentServerIT::print);
    System.out.printf(
        "%d rollouts of %d requests in %d calls, %,d + %,d tokens, %d estimated, finish reasons %s%n",
        rollouts.size(),
        PROBLEMS,
        calls.size(),
        calls.stream().mapToLong(ModelCall::getPromptTokens).sum(),
        calls.stream().mapToLong(ModelCall::getCompletionTokens).sum(),
        calls.stream().filter(ModelCall::getEstimated).count(),
        rollouts.stream()
            .flatMap(rollout -> rollout.getCompletions().stream())
            .collect(Collectors.groupingBy(Completion::getFinishReason, Collectors.counting())));

    assertThat(rollouts).extracting(StudentRollout::getId).doesNotHaveDuplicates();
    assertThat(rollouts)
        .hasSize(PROBLEMS)
        .allSatisfy(rollout -> assertThat(rollout.getCompletions()).hasSize(4));
    assertThat(calls)
        .hasSizeGreaterThanOrEqualTo(PROBLEMS)
        .allSatisfy(call -> assertThat(call.getOutcome()).isEqualTo(CallOutcome.ANSWERED));
  }

  private static void print(StudentRollout rollout) {
    System.out.println(rollout.getQuestion());
    rollout
        .getCompletions()
        .forEach(
            completion ->
                System.out.printf(
                    "  %s: %s%n",
                    completion.getFinishReason(), completion.getText().replace("\n", " / ")));
  }

  private static AgentsConfig config() {
    String url = System.getProperty("orcaflow.server.url");
    AgentsConfig config = Lab.config().withModels(url, url, url);
    AgentsConfig.Stages all = config.stages();
    AgentsConfig.Size small = new AgentsConfig.Size(1, 8);
    return config.withStages(
        new AgentsConfig.Stages(
            new AgentsConfig.Asking(false, small, all.askMeAnything().model()),
            new AgentsConfig.Asking(false, small, all.suggestAndEdit().model()),
            new AgentsConfig.Solve(false, small, "model", all.solve().model()),
            new AgentsConfig.Sample(
                true, small, 3, Optional.of(System.getProperty("orcaflow.server.model", "model"))),
            new AgentsConfig.Asking(false, small, all.judge().model())));
  }
}
