package orcaflow.schemas.answer.second;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictDisagreement;

/** Which verdicts of a graded group the second checker contradicts. No verdict is changed. */
public final class Disagreements {

  private Disagreements() {}

  /** An event for each verdict that is contradicted. */
  public static List<VerdictDisagreement> of(GradedRollout group) {
    List<VerdictDisagreement> found = new ArrayList<>();
    for (GradedCompletion completion : group.getCompletions()) {
      Check check = SecondChecker.check(group.getReferenceAnswer(), completion.getText());
      of(group, completion, check).ifPresent(found::add);
    }
    return found;
  }

  /** The event of one rollout; empty if the check does not contradict its verdict. */
  public static Optional<VerdictDisagreement> of(
      GradedRollout group, GradedCompletion completion, Check check) {
    return check.contradicts(completion.getVerdict())
        ? Optional.of(event(group, completion, check))
        : Optional.empty();
  }

  private static VerdictDisagreement event(
      GradedRollout group, GradedCompletion completion, Check check) {
    return new VerdictDisagreement(
        completion.getRolloutId(),
        group.getProblemId(),
        group.getQuestion(),
        group.getIteration(),
        group.getPolicyVersion(),
        group.getReferenceAnswer(),
        completion.getText(),
        completion.getVerdict(),
        completion.getReason(),
        check.value(),
        check.explained(),
        group.getLineage());
  }
}
