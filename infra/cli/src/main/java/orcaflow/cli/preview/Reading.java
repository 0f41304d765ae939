package orcaflow.cli.preview;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.PriceList;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Stages;

/**
 * Puts together what was sent, what came back and what became of it.
 *
 * @param seeds ids of the seeds' candidates, in the order of the file
 * @param prices of the teacher's endpoint; the run's own student costs nothing
 */
record Reading(PreviewEvents events, List<HeardCall> calls, List<String> seeds, PriceList prices) {

  List<PreviewReport.Candidate> candidates() {
    return events.candidates().stream()
        .sorted(
            Comparator.comparingInt((ProblemCandidate each) -> seeds.indexOf(seed(each)))
                .thenComparing(each -> each.getLineage().getRound())
                .thenComparing(each -> !each.getLineage().getAgent().equals(Stages.SEED))
                .thenComparing(each -> each.getLineage().getAgent())
                .thenComparing(each -> each.getLineage().getIndex())
                .thenComparing(ProblemCandidate::getId))
        .map(this::candidate)
        .toList();
  }

  private static String seed(ProblemCandidate candidate) {
    return candidate.getLineage().getSeed();
  }

  private PreviewReport.Candidate candidate(ProblemCandidate candidate) {
    boolean admitted = events.problemOf(candidate).isPresent();
    String problem = candidate.getProblemId();
    return new PreviewReport.Candidate(
        seeds.indexOf(seed(candidate)) + 1,
        candidate.getLineage().getAgent(),
        candidate.getLineage().getRound(),
        candidate.getQuestion(),
        Optional.ofNullable(candidate.getExpectedAnswer()),
        events.fate(candidate),
        admitted ? events.solutionOf(problem).map(Became::solution) : Optional.empty(),
        admitted ? calls(problem, candidate.getQuestion()) : List.of(),
        admitted ? rollouts(problem) : List.of(),
        admitted ? rows(problem) : List.of());
  }

  private List<PreviewReport.Call> calls(String problem, String question) {
    List<HeardCall> about = CallsOfProblem.of(problem, question, events).in(calls);
    Became became = new Became(events, problem);
    List<PreviewReport.Call> shown = new ArrayList<>();
    for (int i = 0; i < about.size(); i++) {
      HeardCall call = about.get(i);
      shown.add(call(call, became.of(call, about.subList(i + 1, about.size()))));
    }
    return shown;
  }

  private PreviewReport.Call call(HeardCall call, String became) {
    ModelResponse.Usage usage = call.answer().usage();
    boolean free = call.request().stage().equals(Stages.SAMPLE);
    return new PreviewReport.Call(
        call.request().stage(),
        call.request().prompt(),
        call.request().attempt(),
        call.request().messages().stream()
            .map(each -> new PreviewReport.Message(each.role(), each.content()))
            .toList(),
        texts(call),
        call.answer() instanceof HeardCall.Answer.None none
            ? Optional.of(none.reason())
            : Optional.empty(),
        usage.promptTokens(),
        usage.completionTokens(),
        usage.estimated(),
        free ? 0 : prices.cost(call.request().model(), usage),
        became);
  }

  private static List<PreviewReport.Text> texts(HeardCall call) {
    return call.answer() instanceof HeardCall.Answer.Texts answered
        ? answered.texts().stream()
            .map(each -> new PreviewReport.Text(each.kind().name(), each.text(), each.reasoning()))
            .toList()
        : List.of();
  }

  private List<PreviewReport.Rollout> rollouts(String problem) {
    return events.graded().stream()
        .filter(each -> each.getProblemId().equals(problem))
        .flatMap(each -> each.getCompletions().stream())
        .map(Became::rollout)
        .toList();
  }

  /**
   * The rows of training data that the recipe's labelling makes of a problem, like ones together.
   */
  private List<String> rows(String problem) {
    List<String> rows = new ArrayList<>();
    events.demonstrations().stream()
        .filter(each -> each.getProblemId().equals(problem))
        .forEach(each -> rows.add("demonstration by " + each.getLineage().getAgent()));
    events.labelled().stream()
        .filter(each -> each.getProblemId().equals(problem))
        .forEach(
            each ->
                rows.add(
                    "%s, from %s"
                        .formatted(
                            each.getDesirable() ? "desirable" : "undesirable", each.getOrigin())));
    events.pairs().stream()
        .filter(each -> each.getProblemId().equals(problem))
        .forEach(each -> rows.add("preference pair"));
    Map<String, Integer> counted = new LinkedHashMap<>();
    rows.forEach(row -> counted.merge(row, 1, Integer::sum));
    return counted.entrySet().stream()
        .map(each -> "%d %s".formatted(each.getValue(), each.getKey()))
        .toList();
  }
}
