package orcaflow.streams.pair;

import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.Lineage;

/**
 * An answer that a row can be made of.
 *
 * @param id rollout id or teacher solution id
 * @param text the answer
 * @param origin {@code rollout} or {@code teacher}
 * @param lineage where the text came from
 */
record Response(String id, String text, String origin, Lineage lineage) {

  static Response rollout(GradedRollout group, GradedCompletion completion) {
    return new Response(
        completion.getRolloutId(), completion.getText(), "rollout", group.getLineage());
  }

  /** The teacher's solution, which the group must have. */
  static Response teacher(GradedRollout group) {
    return new Response(
        group.getTeacherSolutionId(),
        group.getTeacherSolution(),
        "teacher",
        group.getTeacherLineage() == null ? group.getLineage() : group.getTeacherLineage());
  }
}
