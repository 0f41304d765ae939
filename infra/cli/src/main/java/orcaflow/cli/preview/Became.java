package orcaflow.cli.preview;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import orcaflow.events.GradedCompletion;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Stages;
import orcaflow.schemas.recipe.ExpansionRule;

/** What was made of the reply to a call, in a sentence. */
record Became(PreviewEvents events, String problem) {

  private static final String SUGGESTER = "suggest-and-edit/suggester";

  /**
   * @param later the calls about the problem that came after it
   */
  String of(HeardCall call, List<HeardCall> later) {
    if (call.answer() instanceof HeardCall.Answer.None none) {
      return "no reply: " + none.reason();
    }
    if (later.stream().anyMatch(next -> isAnotherTry(call, next))) {
      return "could not be used, so the model was asked again";
    }
    String stage = call.request().stage();
    return switch (stage) {
      case Stages.SOLVE -> events.solutionOf(problem).map(Became::solution).orElse("no solution");
      case Stages.SAMPLE -> "%d rollouts".formatted(texts(call));
      case Stages.JUDGE -> "a verdict";
      case ExpansionRule.SUGGEST_AND_EDIT ->
          isSuggester(call) && later.stream().anyMatch(Became::isEditor)
              ? "suggestions for the Editor"
              : children(stage);
      default -> children(stage);
    };
  }

  private static boolean isAnotherTry(HeardCall call, HeardCall next) {
    return next.request().stage().equals(call.request().stage())
        && next.request().prompt().equals(call.request().prompt())
        && next.request().attempt() > call.request().attempt()
        && !next.request().stage().equals(Stages.SAMPLE);
  }

  private static boolean isSuggester(HeardCall call) {
    return call.request().prompt().filter(id -> id.startsWith(SUGGESTER)).isPresent();
  }

  private static boolean isEditor(HeardCall call) {
    return call.request().stage().equals(ExpansionRule.SUGGEST_AND_EDIT) && !isSuggester(call);
  }

  private static int texts(HeardCall call) {
    return ((HeardCall.Answer.Texts) call.answer()).texts().size();
  }

  /** A solution in a sentence. */
  static String solution(TeacherSolution solution) {
    String answer = Optional.ofNullable(solution.getFinalAnswer()).orElse("none");
    return solution.getReason() == null
        ? "usable solution, answer %s".formatted(answer)
        : "%s solution, answer %s: %s"
            .formatted(
                solution.getStatus().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                answer,
                solution.getReason());
  }

  private String children(String agent) {
    List<ProblemCandidate> children = events.children(agent, problem);
    if (children.isEmpty()) {
      return "nothing: " + events.reason(agent, problem).orElse("no candidate");
    }
    return children.stream()
        .map(child -> "candidate %s".formatted(events.fate(child)))
        .collect(Collectors.joining("; "));
  }

  /** A graded rollout in the words of the report. */
  static PreviewReport.Rollout rollout(GradedCompletion graded) {
    return new PreviewReport.Rollout(
        graded.getText(), graded.getVerdict().name(), graded.getReason());
  }
}
