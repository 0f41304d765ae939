package orcaflow.cli.continuous;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.run.Report;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;

/** The policies of a run with their evaluations, as they come. */
public final class PolicyLog {

  private static final List<String> MODES = List.of("greedy", "sampled");

  private final TreeMap<Integer, Policy> policies = new TreeMap<>();
  private final List<Evaluation> evaluations = new ArrayList<>();

  /** Takes note of a policy. */
  void add(Policy policy) {
    policies.put(policy.getIteration(), policy);
  }

  /** Takes note of an evaluation. */
  void add(Evaluation evaluation) {
    evaluations.add(evaluation);
  }

  /** Number of the newest iteration that has a policy; 0 before the first. */
  public int newest() {
    return policies.isEmpty() ? 0 : policies.lastKey();
  }

  /** Number of the newest iteration whose policy is evaluated; 0 before the first. */
  public int evaluated() {
    return evaluatedPolicies().stream().mapToInt(Policy::getIteration).max().orElse(0);
  }

  /** One row for each policy that is evaluated, as in the report of a run. */
  public List<Report.IterationResult> results() {
    return evaluatedPolicies().stream()
        .map(
            policy ->
                Report.result(
                    policy,
                    evaluation(policy, "greedy").orElseThrow(),
                    evaluation(policy, "sampled").orElseThrow()))
        .toList();
  }

  /** The newest policy against the first one, greedy and sampled. */
  public Optional<PairedScores> newestAgainstFirst() {
    List<Policy> known = evaluatedPolicies();
    if (known.size() < 2) {
      return Optional.empty();
    }
    Policy first = known.get(0);
    Policy last = known.get(known.size() - 1);
    String pair = "%s -> %s".formatted(first.getName(), last.getName());
    return PairedScores.of(
        MODES.stream()
            .flatMap(
                mode ->
                    PairedScores.row(
                        pair,
                        evaluation(first, mode).orElseThrow(),
                        evaluation(last, mode).orElseThrow())
                        .stream())
            .toList());
  }

  private List<Policy> evaluatedPolicies() {
    return policies.values().stream()
        .filter(policy -> MODES.stream().allMatch(mode -> evaluation(policy, mode).isPresent()))
        .toList();
  }

  private Optional<Evaluation> evaluation(Policy policy, String mode) {
    return evaluations.stream()
        .filter(e -> e.getPolicyVersion().equals(policy.getVersion()) && e.getMode().equals(mode))
        .findFirst();
  }
}
