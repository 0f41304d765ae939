package orcaflow.agents.solve;

import io.vertx.core.Future;
import java.util.Map;
import orcaflow.agents.model.Asked;
import orcaflow.agents.model.Conversation;
import orcaflow.agents.model.Prompt;
import orcaflow.events.Problem;

/**
 * A model as teacher. Asks again while the reply has no final answer, and takes the last as it is.
 */
final class ModelTeacher implements Teacher {

  private final Conversation model;
  private final Prompt prompt = Prompt.load("solve/teacher.v1");

  ModelTeacher(Conversation model) {
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

  private Attempt attempt(Asked<String> asked) {
    if (asked instanceof Asked.Declined<String> declined) {
      return new Attempt.Refused(
          declined.answer().text(),
          "the teacher declined: " + declined.answer().shown(),
          declined.answer().servedBy(),
          prompt.id());
    }
    return asked.fold(
        usable -> new Attempt.Solved(usable.value(), usable.answer().servedBy(), prompt.id()),
        nothing -> new Attempt.Refused("", nothing, model.settings().model(), prompt.id()),
        Attempt.NotNow::new);
  }
}
