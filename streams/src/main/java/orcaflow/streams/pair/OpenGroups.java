package orcaflow.streams.pair;

import java.util.List;
import orcaflow.events.Donor;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.GroupRole;
import orcaflow.events.OpenGroup;
import orcaflow.events.VerdictValue;

/**
 * Makes the events about groups that depend on the rest of their iteration. Which role a group has
 * is decided by {@link Pairing}.
 */
public final class OpenGroups {

  private OpenGroups() {}

  /** A group that lacks something, and waits for it until its iteration is closed. */
  public static OpenGroup waiting(GradedRollout group) {
    return open(group, GroupRole.WAITS, group);
  }

  /** A revision, which completes a group that waits. */
  static OpenGroup completing(GradedRollout revision) {
    return open(revision, GroupRole.COMPLETES, revision);
  }

  /** A group without wrong answers, which borrows some. */
  static OpenGroup borrowing(GradedRollout group) {
    return open(group, GroupRole.BORROWS, group);
  }

  /**
   * A group whose wrong answers may be borrowed. The event holds these answers and nothing else of
   * the group.
   */
  static OpenGroup lending(GradedRollout group, List<GradedCompletion> wrong) {
    GradedRollout content =
        new GradedRollout(
            group.getId(),
            group.getProblemId(),
            "",
            group.getIteration(),
            group.getPolicyVersion(),
            group.getReferenceAnswer(),
            group.getTeacherSolutionId(),
            null,
            wrong,
            group.getLineage(),
            null,
            null,
            0,
            group.getSamples(),
            null,
            group.getRulesVersion());
    return open(group, GroupRole.LENDS, content);
  }

  /** A wrong answer that may be borrowed. */
  static Donor donor(GradedRollout group, GradedCompletion completion) {
    return new Donor(
        completion.getRolloutId(),
        group.getProblemId(),
        completion.getText(),
        group.getLineage(),
        completion.getCut());
  }

  /** The wrong answers of a group. */
  static List<GradedCompletion> wrong(GradedRollout group) {
    return group.getCompletions().stream()
        .filter(completion -> completion.getVerdict() == VerdictValue.MISMATCH)
        .toList();
  }

  private static OpenGroup open(GradedRollout group, GroupRole role, GradedRollout content) {
    return new OpenGroup(group.getId(), group.getProblemId(), group.getIteration(), role, content);
  }
}
