package orcaflow.cli.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.run.Report;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

/** The evaluations of a run by what was asked: of which iteration, on what, and how. */
record EvaluatedPolicies(Map<Asked, Evaluated> all) {

  private record Asked(int iteration, String benchmark, String mode) {}

  private record Evaluated(Policy policy, Evaluation evaluation) {

    private String weights() {
      return policy.getWeightsHash();
    }

    private Comparison.Result result() {
      return new Comparison.Result(policy.getVersion(), weights(), Report.Score.of(evaluation));
    }
  }

  static EvaluatedPolicies of(Cluster run) {
    Map<String, Policy> policies = new TreeMap<>();
    CommittedTopic.all(run, Topics.POLICIES).forEach(p -> policies.put(p.getVersion(), p));
    Map<Asked, Evaluated> results = new LinkedHashMap<>();
    for (Evaluation evaluation : CommittedTopic.all(run, Topics.EVALUATIONS)) {
      Policy policy = policies.get(evaluation.getPolicyVersion());
      if (policy != null) {
        results.put(
            new Asked(policy.getIteration(), evaluation.getBenchmark(), evaluation.getMode()),
            new Evaluated(policy, evaluation));
      }
    }
    return new EvaluatedPolicies(results);
  }

  /** Side by side with those of another run; empty where one has none. */
  List<Comparison.EvaluationDifference> beside(EvaluatedPolicies right) {
    return asked(right)
        .map(
            asked ->
                new Comparison.EvaluationDifference(
                    asked.iteration(),
                    asked.benchmark(),
                    asked.mode(),
                    Optional.ofNullable(all.get(asked)).map(Evaluated::result),
                    Optional.ofNullable(right.all.get(asked)).map(Evaluated::result)))
        .toList();
  }

  /** In pairs with the other run's; the same weights are not paired, and no two weights twice. */
  Optional<PairedScores> pairedWith(EvaluatedPolicies right) {
    Set<List<String>> known = new HashSet<>();
    List<PairedScores.Row> rows = new ArrayList<>();
    asked(right)
        .filter(asked -> all.containsKey(asked) && right.all.containsKey(asked))
        .forEach(
            asked -> {
              Evaluated before = all.get(asked);
              Evaluated after = right.all.get(asked);
              if (!before.weights().equals(after.weights())
                  && known.add(
                      List.of(
                          before.weights(), after.weights(), asked.benchmark(), asked.mode()))) {
                PairedScores.row(
                        Comparison.label(asked.iteration()),
                        before.evaluation(),
                        after.evaluation())
                    .ifPresent(rows::add);
              }
            });
    return PairedScores.of(rows);
  }

  private Stream<Asked> asked(EvaluatedPolicies right) {
    return Stream.concat(all.keySet().stream(), right.all.keySet().stream())
        .distinct()
        .sorted(
            Comparator.comparing(Asked::benchmark)
                .thenComparing(Asked::iteration)
                .thenComparing(Asked::mode));
  }
}
