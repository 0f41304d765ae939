package orcaflow.cli.run;

import java.util.Map;

/**
 * What came in and what became of it. {@code candidates = admitted + sum(rejected)}; verdicts add
 * up to {@code rollouts} unless a rollout's problem died before it was solved.
 *
 * @param rejected by reason
 * @param rollouts single completions, not groups of four
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
    long deadLetters) {

  /** Verdicts by value. */
  public record Verdicts(long match, long mismatch, long undecided) {}
}
