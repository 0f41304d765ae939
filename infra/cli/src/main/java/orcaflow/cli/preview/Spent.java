package orcaflow.cli.preview;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import orcaflow.schemas.Stages;

/**
 * What each seed took, with all that was made of it, if every stage of the whole run is counted.
 * The run's own student costs nothing. The judge looks at as many groups of a problem as it has.
 *
 * @param judgedTimes groups of rollouts that a problem has in the whole run, on average
 */
record Spent(List<PreviewReport.Candidate> candidates, int seeds, double judgedTimes) {

  List<Double> money() {
    return each(PreviewReport.Call::cost);
  }

  List<Double> tokens() {
    return each(call -> call.promptTokens() + call.completionTokens());
  }

  private List<Double> each(ToDoubleFunction<PreviewReport.Call> amount) {
    return IntStream.rangeClosed(1, seeds)
        .mapToObj(
            seed ->
                candidates.stream()
                    .filter(candidate -> candidate.seed() == seed)
                    .flatMap(candidate -> candidate.calls().stream())
                    .mapToDouble(call -> times(call) * amount.applyAsDouble(call))
                    .sum())
        .toList();
  }

  private double times(PreviewReport.Call call) {
    return switch (call.stage()) {
      case Stages.SAMPLE -> 0;
      case Stages.JUDGE -> judgedTimes;
      default -> 1;
    };
  }
}
