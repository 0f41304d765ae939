package orcaflow.agents.solve;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import orcaflow.agents.model.AskResult;
import orcaflow.agents.model.Prompt;
import orcaflow.agents.model.PromptClient;
import orcaflow.events.Problem;
import orcaflow.events.SolutionStatus;

/**
 * Teaches with a model. Asks again while the reply has no final answer, within the permitted tries.
 * A teacher that contradicts the known answer is asked once more; neither call tells the answer.
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
        .ask(prompt, values(problem), problem.getId(), SolutionRule::withAnswer)
        .compose(first -> checked(problem, first))
        .map(this::attempt);
  }

  /** The first result, or the second where only that one agrees with the known answer. */
  private Future<AskResult<String>> checked(Problem problem, AskResult<String> first) {
    Optional<String> expected = Optional.ofNullable(problem.getExpectedAnswer());
    boolean wrong =
        first instanceof AskResult.Usable<String> usable
            && SolutionRule.contradicts(usable.value(), expected);
    return wrong
        ? model
            .askOnceMore(prompt, values(problem), problem.getId(), SolutionRule::withAnswer)
            .map(second -> better(first, second, expected))
        : Future.succeededFuture(first);
  }

  private static AskResult<String> better(
      AskResult<String> first, AskResult<String> second, Optional<String> expected) {
    boolean right =
        second instanceof AskResult.Usable<String> usable
            && SolutionRule.agrees(usable.value(), expected);
    return right || second instanceof AskResult.NotNow<String> ? second : first;
  }

  private static Map<String, String> values(Problem problem) {
    return Map.of("problem", problem.getQuestion());
  }

  private Attempt attempt(AskResult<String> result) {
    if (result instanceof AskResult.Declined<String> declined) {
      return new Attempt.Unsolved(
          SolutionStatus.REFUSED,
          declined.response().text(),
          "the teacher declined: " + declined.response().excerpt(),
          declined.response().servedBy(),
          prompt.id());
    }
    if (result instanceof AskResult.Unusable<String> unusable) {
      return new Attempt.Unsolved(
          status(unusable.fault()), "", unusable.reason(), model.settings().model(), prompt.id());
    }
    if (result instanceof AskResult.NotNow<String> wait) {
      return new Attempt.NotNow(wait.reason());
    }
    AskResult.Usable<String> usable = (AskResult.Usable<String>) result;
    return new Attempt.Solved(usable.value(), usable.response().servedBy(), prompt.id());
  }

  private static SolutionStatus status(AskResult.Fault fault) {
    return switch (fault) {
      case FORM -> SolutionStatus.NO_ANSWER;
      case UNFINISHED -> SolutionStatus.UNFINISHED;
      case TOO_LONG -> SolutionStatus.TOO_LONG;
      case REFUSED -> SolutionStatus.REFUSED;
    };
  }
}
