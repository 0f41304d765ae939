package orcaflow.agents.solve;

import io.vertx.core.Future;
import java.util.Map;
import orcaflow.agents.model.AskResult;
import orcaflow.agents.model.Prompt;
import orcaflow.agents.model.PromptClient;
import orcaflow.events.Problem;

/**
 * Teaches with a model. Asks again while the reply has no final answer, within the permitted tries.
 */
final class ModelTeacher implements Teacher {

  private final PromptClient model;
  private final Prompt prompt = Prompt.load("solve/teacher.v2");

  ModelTeacher(PromptClient model) {
    this.model = model;
  }

  @Override
  public Future<Attempt> solve(Problem problem) {
    return model
        .ask(
            prompt,
            Map.of("problem", problem.getQuestion()),
            problem.getId(),
            SolutionRule::withAnswer)
        .map(this::attempt);
  }

  private Attempt attempt(AskResult<String> result) {
    if (result instanceof AskResult.Declined<String> declined) {
      return new Attempt.Refused(
          declined.response().text(),
          "the teacher declined: " + declined.response().excerpt(),
          declined.response().servedBy(),
          prompt.id());
    }
    return result.fold(
        usable -> new Attempt.Solved(usable.value(), usable.response().servedBy(), prompt.id()),
        nothing -> new Attempt.Refused("", nothing, model.settings().model(), prompt.id()),
        Attempt.NotNow::new);
  }
}
