package orcaflow.cli.preview;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.PromptClient;
import orcaflow.events.VerdictRequest;
import orcaflow.schemas.Stages;

/**
 * Which calls are about a problem. A request names no problem, but the seed of its first try
 * follows from the id of what it is about; rollouts are asked for with the bare question.
 */
record CallsOfProblem(String problem, String question, Set<String> verdictRequests) {

  static CallsOfProblem of(String problem, String question, PreviewEvents events) {
    return new CallsOfProblem(
        problem,
        question,
        events.verdictRequests().stream()
            .filter(each -> each.getProblemId().equals(problem))
            .map(VerdictRequest::getId)
            .collect(Collectors.toSet()));
  }

  List<HeardCall> in(List<HeardCall> calls) {
    return calls.stream().filter(call -> isOf(call.request())).toList();
  }

  boolean isOf(ModelRequest request) {
    long first = request.sampling().seed() - request.attempt();
    return switch (request.stage()) {
      case Stages.SAMPLE -> request.messages().get(0).content().equals(question);
      case Stages.JUDGE ->
          verdictRequests.stream().anyMatch(id -> PromptClient.seed(id, Stages.JUDGE) == first);
      default -> PromptClient.seed(problem, request.stage()) == first;
    };
  }
}
