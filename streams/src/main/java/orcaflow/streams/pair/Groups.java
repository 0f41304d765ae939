package orcaflow.streams.pair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;

/** A group may come in several events: its first, and revisions with the rollouts it lacked. */
public final class Groups {

  private Groups() {}

  /** Id of the request that the event answers: the same for all revisions of a group. */
  public static String request(GradedRollout event) {
    return Optional.ofNullable(event.getRequestId()).orElse(event.getId());
  }

  /** Whether the event is a group's first. */
  public static boolean isFirst(GradedRollout event) {
    return event.getRevision() == 0;
  }

  /** Whether the group lacks nothing, as of this event. */
  public static boolean isWhole(GradedRollout event) {
    return event.getMissing() == null;
  }

  /** The group after a revision: the first event with all completions so far, by index. */
  public static GradedRollout merged(GradedRollout first, GradedRollout revision) {
    List<GradedCompletion> completions = new ArrayList<>(first.getCompletions());
    completions.addAll(revision.getCompletions());
    completions.sort(Comparator.comparingInt(GradedCompletion::getIndex));
    boolean newer = revision.getRevision() > first.getRevision();
    return new GradedRollout(
        first.getId(),
        first.getProblemId(),
        first.getQuestion(),
        first.getIteration(),
        first.getPolicyVersion(),
        first.getReferenceAnswer(),
        first.getTeacherSolutionId(),
        first.getTeacherSolution(),
        completions,
        first.getLineage(),
        first.getTeacherLineage(),
        null,
        newer ? revision.getRevision() : first.getRevision(),
        first.getSamples(),
        newer ? revision.getMissing() : first.getMissing(),
        Math.min(first.getRulesVersion(), revision.getRulesVersion()));
  }
}
