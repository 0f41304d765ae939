package orcaflow.streams.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.schemas.answer.AnswerMatcher;

/**
 * A graded group under the rules of this build: each rollout compared once more with the group's
 * reference. What a judge decided stays.
 *
 * @param group the group as it would be graded now
 * @param moved its rollouts whose verdict is another one
 */
public record Regrading(GradedRollout group, List<Moved> moved) {

  /** A rollout before and after. */
  public record Moved(GradedCompletion before, GradedCompletion after) {}

  public Regrading {
    moved = List.copyOf(moved);
  }

  public static Regrading of(GradedRollout graded) {
    List<GradedCompletion> completions = new ArrayList<>();
    List<Moved> moved = new ArrayList<>();
    for (GradedCompletion before : graded.getCompletions()) {
      GradedCompletion after = regraded(graded.getReferenceAnswer(), before);
      completions.add(after);
      if (after.getVerdict() != before.getVerdict()) {
        moved.add(new Moved(before, after));
      }
    }
    return new Regrading(
        GradedRollout.newBuilder(graded)
            .setCompletions(completions)
            .setRulesVersion(AnswerMatcher.RULES_VERSION)
            .build(),
        moved);
  }

  private static GradedCompletion regraded(String reference, GradedCompletion before) {
    if (before.getReason().startsWith(Grading.JUDGED)) {
      return before;
    }
    AnswerMatcher.Comparison comparison =
        AnswerMatcher.compare(reference, before.getText(), before.getCut());
    return comparison.reason().equals(before.getReason())
            && Objects.equals(comparison.answer().orElse(null), before.getAnswer())
        ? before
        : GradedCompletion.newBuilder(before)
            .setVerdict(comparison.verdict())
            .setReason(comparison.reason())
            .setAnswer(comparison.answer().orElse(null))
            .build();
  }
}
