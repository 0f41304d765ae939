package orcaflow.cli.page;

import java.util.List;
import java.util.Optional;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.run.Report;
import orcaflow.cli.run.RunSnapshot;
import orcaflow.events.Policy;
import orcaflow.events.Promotion;
import orcaflow.trainer.evaluate.PromotionGate;

/**
 * The policies of a run and what they score.
 *
 * @param benchmark file name@hash, of the newest evaluation
 * @param paired each policy against the one before it on the same questions
 */
public record Scores(
    List<Row> policies, Optional<String> benchmark, Optional<PairedScores> paired) {

  /**
   * A policy.
   *
   * @param weights hash of the weights
   * @param gate what the gate found, in a sentence
   * @param promoted whether the policy has the weights that its iteration ended with
   * @param request by which an earlier policy is served again
   */
  public record Row(
      int iteration,
      String name,
      String version,
      String algorithm,
      int steps,
      long examples,
      double seconds,
      String time,
      Optional<String> parent,
      String weights,
      Optional<String> collapsed,
      Optional<String> gate,
      boolean promoted,
      Optional<String> request,
      Optional<Report.Score> greedy,
      Optional<Report.Score> sampled) {}

  static Scores of(RunSnapshot run) {
    return new Scores(
        rows(run),
        run.evaluations().stream()
            .reduce((older, newer) -> newer)
            .map(evaluation -> evaluation.getBenchmark()),
        PairedScores.successive(run));
  }

  /** The policies alone, without their differences, which take longer to work out. */
  static List<Row> rows(RunSnapshot run) {
    return run.policies().values().stream().map(policy -> row(run, policy)).toList();
  }

  private static Row row(RunSnapshot run, Policy policy) {
    Optional<Promotion> promotion = Optional.ofNullable(policy.getPromotion());
    return new Row(
        policy.getIteration(),
        policy.getName(),
        policy.getVersion(),
        policy.getAlgorithm(),
        policy.getStep(),
        policy.getExamples(),
        policy.getSeconds(),
        policy.getTime().toString(),
        Optional.ofNullable(policy.getParent()),
        policy.getWeightsHash(),
        Optional.ofNullable(policy.getCollapsed()),
        promotion.map(PromotionGate::sentence),
        promotion.map(Promotion::getPromoted).orElse(true),
        Optional.ofNullable(policy.getRequest()),
        score(run, policy, "greedy"),
        score(run, policy, "sampled"));
  }

  private static Optional<Report.Score> score(RunSnapshot run, Policy policy, String mode) {
    return run.evaluation(policy.getVersion(), mode).map(Report.Score::of);
  }
}
