package orcaflow.cli.continuous;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.run.Report;
import orcaflow.cli.terminal.Figures;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.UnreadableRecord;
import orcaflow.trainer.evaluate.Verdicts;
import orcaflow.trainer.evaluate.statistics.RepeatedLooks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policies of a run with their evaluations, as they come. */
public final class PolicyLog {

  private static final Logger LOG = LoggerFactory.getLogger(PolicyLog.class);
  private static final List<String> MODES = List.of("greedy", "sampled");

  private final TreeMap<Integer, Policy> policies = new TreeMap<>();
  private final List<Evaluation> evaluations = new ArrayList<>();

  /** Those of a run, as far as they are there. */
  public static PolicyLog of(Cluster cluster) {
    PolicyLog log = new PolicyLog();
    Consumer<UnreadableRecord> warn = record -> LOG.warn("left out: {}", record);
    CommittedTopic.readable(cluster, Topics.POLICIES, warn).forEach(log::add);
    CommittedTopic.readable(cluster, Topics.EVALUATIONS, warn).forEach(log::add);
    return log;
  }

  /** All policies, in the order of their iterations. */
  public List<Policy> policies() {
    return List.copyOf(policies.values());
  }

  /** The policy of that name or version. */
  public Optional<Policy> named(String name) {
    return policies.values().stream()
        .filter(policy -> policy.getName().equals(name) || policy.getVersion().equals(name))
        .findFirst();
  }

  /** Takes note of a policy. */
  void add(Policy policy) {
    policies.put(policy.getIteration(), policy);
  }

  /** Takes note of an evaluation. */
  void add(Evaluation evaluation) {
    evaluations.add(evaluation);
  }

  /** The newest policy that has other weights than the newest of all. */
  public Optional<Policy> beforeNewest() {
    return policies.descendingMap().values().stream()
        .filter(
            policy ->
                !policy.getWeightsHash().equals(policies.lastEntry().getValue().getWeightsHash()))
        .findFirst();
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
    return known.size() < 2 ? Optional.empty() : paired(known.get(0), known.get(known.size() - 1));
  }

  /**
   * The newest policy against the first one as one that was looked at after each policy since then,
   * in a line for each mode; nothing before the second look.
   */
  public List<String> atAllLooks() {
    List<Policy> known = evaluatedPolicies();
    int looks = known.size() - 1;
    return looks < 2
        ? List.of()
        : MODES.stream()
            .flatMap(mode -> atAllLooks(known.get(0), known.get(looks), mode, looks).stream())
            .toList();
  }

  private Optional<String> atAllLooks(Policy first, Policy newest, String mode, int looks) {
    return evaluation(first, mode)
        .flatMap(Verdicts::of)
        .flatMap(
            before ->
                evaluation(newest, mode)
                    .flatMap(Verdicts::of)
                    .flatMap(after -> before.to(after, RepeatedLooks.confidence(looks))))
        .map(
            found ->
                "%s -> %s %s after %d looks: %s at all looks together"
                    .formatted(
                        first.getName(),
                        newest.getName(),
                        mode,
                        looks,
                        Figures.difference(
                            found.difference(), found.interval().low(), found.interval().high())));
  }

  /** A policy against another one, in the modes in which both have the same questions. */
  public Optional<PairedScores> paired(Policy first, Policy second) {
    String pair = "%s -> %s".formatted(first.getName(), second.getName());
    return PairedScores.of(
        MODES.stream().flatMap(mode -> row(pair, first, second, mode).stream()).toList());
  }

  private Optional<PairedScores.Row> row(String pair, Policy first, Policy second, String mode) {
    return evaluation(first, mode)
        .flatMap(
            before ->
                evaluation(second, mode).flatMap(after -> PairedScores.row(pair, before, after)));
  }

  private List<Policy> evaluatedPolicies() {
    return policies.values().stream()
        .filter(policy -> MODES.stream().allMatch(mode -> evaluation(policy, mode).isPresent()))
        .toList();
  }

  /** How a policy scored: greedy or sampled. */
  public Optional<Evaluation> evaluation(Policy policy, String mode) {
    return evaluations.stream()
        .filter(e -> e.getPolicyVersion().equals(policy.getVersion()) && e.getMode().equals(mode))
        .findFirst();
  }
}
