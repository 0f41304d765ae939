package orcaflow.cli.page;

import java.util.List;
import orcaflow.cli.audit.VerdictReasons;
import orcaflow.events.VerdictDisagreement;

/**
 * Why rollouts have the verdicts that they have.
 *
 * @param reasons as {@code verdicts ls} prints them
 * @param disagreements events in which the second checker contradicts a verdict
 * @param newest some of them, the newest first
 */
record Verdicts(List<VerdictReasons.Row> reasons, long disagreements, List<Contradiction> newest) {

  /**
   * A verdict that the second checker contradicts.
   *
   * @param reference what the completion was compared with
   * @param second what the second checker says
   */
  record Contradiction(
      String problem,
      int iteration,
      String reference,
      String completion,
      String verdict,
      String reason,
      String second,
      String secondReason) {

    static Contradiction of(VerdictDisagreement event) {
      return new Contradiction(
          event.getProblemId(),
          event.getIteration(),
          event.getReferenceAnswer(),
          event.getCompletion(),
          event.getVerdict().name(),
          event.getReason(),
          event.getSecondResult().name(),
          event.getSecondReason());
    }
  }

  static Verdicts of(VerdictReasons reasons, Newest<VerdictDisagreement> disagreements) {
    return new Verdicts(
        reasons.rows(),
        disagreements.count(),
        disagreements.list().stream().map(Contradiction::of).toList());
  }
}
