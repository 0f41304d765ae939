package orcaflow.streams.pair;

import java.util.Optional;
import orcaflow.events.Donor;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.Lineage;
import orcaflow.events.SampledTokens;

/**
 * An answer in a row of training data.
 *
 * @param id rollout id or teacher solution id
 * @param text the answer
 * @param cut whether the limit of tokens cut it
 * @param origin {@code rollout}, {@code teacher} or {@code synthetic}
 * @param lineage where the text comes from
 * @param donor problem id of the problem that a borrowed answer was written for
 * @param tokens of an answer to this problem that the student sampled, where they are known
 */
record Response(
    String id,
    String text,
    boolean cut,
    String origin,
    Lineage lineage,
    Optional<String> donor,
    Optional<SampledTokens> tokens) {

  static Response rollout(GradedRollout group, GradedCompletion completion) {
    return new Response(
        completion.getRolloutId(),
        completion.getText(),
        completion.getCut(),
        "rollout",
        group.getLineage(),
        Optional.empty(),
        Optional.ofNullable(completion.getTokens()));
  }

  /** The teacher's solution, which the group must have. */
  static Response teacher(GradedRollout group) {
    return new Response(
        group.getTeacherSolutionId(),
        group.getTeacherSolution(),
        false,
        "teacher",
        group.getTeacherLineage() == null ? group.getLineage() : group.getTeacherLineage(),
        Optional.empty(),
        Optional.empty());
  }

  /** A wrong answer to another problem. */
  static Response borrowed(Donor donor) {
    return new Response(
        donor.getRolloutId(),
        donor.getText(),
        donor.getCut(),
        "synthetic",
        donor.getLineage(),
        Optional.of(donor.getProblemId()),
        Optional.empty());
  }
}
