package orcaflow.cli.run;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What came in and what became of it. {@code candidates = admitted + sum(rejected)}; verdicts add
 * up to {@code rollouts} unless a rollout's problem died before it was solved.
 *
 * @param rejected by reason
 * @param solved solutions by their status; older reports have none
 * @param rollouts single completions, not groups of four
 * @param deadLetters inputs that a stage of the agents gave up and did not finish when redriven
 */
public record Funnel(
    long candidates,
    long admitted,
    Map<String, Long> rejected,
    long solutions,
    long rollouts,
    Verdicts verdicts,
    long demonstrations,
    long labelledCompletions,
    long preferencePairs,
    long deadLetters,
    Optional<Map<String, Long>> solved) {

  /** In a few lines. */
  public String text() {
    return "candidates %,d = admitted %,d + rejected %,d %s%n"
            .formatted(
                candidates,
                admitted,
                rejected.values().stream().mapToLong(n -> n).sum(),
                rejected.isEmpty() ? "" : rejected)
        + "solutions %,d%s, demonstrations %,d, dead letters %,d%n"
            .formatted(
                solutions, solved.map(Funnel::byStatus).orElse(""), demonstrations, deadLetters)
        + "rollouts %,d: match %,d, mismatch %,d, undecided %,d%n"
            .formatted(rollouts, verdicts.match(), verdicts.mismatch(), verdicts.undecided())
        + "labelled completions %,d, preference pairs %,d%n"
            .formatted(labelledCompletions, preferencePairs);
  }

  private static String byStatus(Map<String, Long> solved) {
    return solved.entrySet().stream()
        .map(each -> "%s %,d".formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining(", ", " (", ")"));
  }

  /** Verdicts by value. */
  public record Verdicts(long match, long mismatch, long undecided) {}
}
