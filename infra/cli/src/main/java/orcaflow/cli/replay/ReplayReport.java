package orcaflow.cli.replay;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.run.Report;
import orcaflow.cli.run.RunSnapshot;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.service.AtomicFile;

/**
 * The result of a replay: {@code report.json} in its folder.
 *
 * @param run the run it wrote
 * @param labelling name@hash
 * @param history the exact records that were labelled
 * @param modelCalls events in the run's {@code model-calls}
 * @param seconds wall seconds, restarts included
 * @param policies the checkpoint and what was trained from it
 * @param paired each policy against the one before it; older reports do not have it
 */
public record ReplayReport(
    String run,
    @JsonProperty("told") ReplaySpec.Settings settings,
    History history,
    Counts rows,
    long modelCalls,
    double seconds,
    List<Trained> policies,
    Optional<PairedScores> paired) {

  /** Rows that the labelling gave. */
  public record Counts(long demonstrations, long labelledCompletions, long preferencePairs) {}

  /**
   * A policy.
   *
   * @param weights SHA-256 of its weights
   * @param note what it made of its rows
   */
  public record Trained(Report.IterationResult result, String weights, String note) {}

  static ReplayReport of(
      ReplayPlan plan, Cluster target, ReplaySpec spec, double seconds, RunSnapshot snapshot) {
    var funnel = snapshot.funnel();
    return new ReplayReport(
        plan.to(),
        spec.settings(),
        spec.history(),
        new Counts(funnel.demonstrations(), funnel.labelledCompletions(), funnel.preferencePairs()),
        CommittedTopic.all(target, Topics.MODEL_CALLS).size(),
        seconds,
        numbers(snapshot, plan.recipe().iterations().size())
            .mapToObj(number -> snapshot.policy(number).orElseThrow())
            .map(policy -> trained(snapshot, policy))
            .toList(),
        PairedScores.successive(snapshot));
  }

  /** Iterations that have a policy. */
  static IntStream numbers(RunSnapshot snapshot, int last) {
    return IntStream.rangeClosed(0, last).filter(number -> snapshot.policy(number).isPresent());
  }

  private static Trained trained(RunSnapshot snapshot, Policy policy) {
    return new Trained(
        Report.result(snapshot, policy),
        policy.getWeightsHash(),
        policy.getNote() == null ? "" : policy.getNote());
  }

  void write(Path file) throws IOException {
    AtomicFile.write(file, json());
  }

  static ReplayReport read(Path file) throws IOException {
    return Report.JSON.readValue(file.toFile(), ReplayReport.class);
  }

  /** As it stands in the file. */
  public String json() throws IOException {
    return Report.JSON.writeValueAsString(this) + "\n";
  }

  /** The policy that the last iteration ended with. */
  public Trained last() {
    return policies.get(policies.size() - 1);
  }

  /** For the terminal. */
  public String text() {
    Stream<String> table =
        Stream.concat(
            Stream.of(
                "policy  algorithm  steps  examples  greedy pass@1 [95 % interval]   sampled pass@1 [95 % interval]"),
            policies.stream().map(ReplayReport::row));
    return "%nrun %s: %s under %s%n%,d demonstrations, %,d labelled completions, %,d preference pairs; model calls %,d%n%s%n%s%.0f s in all%n"
        .formatted(
            run,
            settings.from(),
            settings.labelling(),
            rows.demonstrations(),
            rows.labelledCompletions(),
            rows.preferencePairs(),
            modelCalls,
            String.join(System.lineSeparator(), table.toList()),
            paired.map(scores -> "%n%s%n".formatted(scores.text())).orElse(""),
            seconds);
  }

  private static String row(Trained policy) {
    Report.IterationResult result = policy.result();
    return "%-6s  %-9s  %5d  %8d  %-30s  %s"
        .formatted(
            result.name(),
            result.algorithm(),
            result.steps(),
            result.examples(),
            Report.shown(result.greedy()),
            Report.shown(result.sampled()));
  }
}
