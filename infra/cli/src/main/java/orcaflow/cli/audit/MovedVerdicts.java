package orcaflow.cli.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.streams.grade.Regrading;

/** The verdicts of a run that the rules of this build would give otherwise. */
public final class MovedVerdicts {

  /**
   * How many there are.
   *
   * @param verdicts rollouts with a verdict
   * @param rules version of the rules of this build
   * @param storedRules verdicts by the version of the rules that gave them, 0 for an unknown one
   * @param moved verdicts that would move, by from which to which
   */
  public record Counts(
      int verdicts, int rules, Map<Integer, Long> storedRules, Map<String, Long> moved) {}

  /** One of them. */
  public record Moved(GradedRollout group, GradedCompletion before, GradedCompletion after) {}

  private final Set<String> seen = new HashSet<>();
  private final Map<Integer, Long> storedRules = new TreeMap<>();
  private final Map<String, Long> moved = new TreeMap<>();
  private final List<Moved> found = new ArrayList<>();

  /** Grades a group once more; a rollout that comes again is not counted again. */
  public void check(GradedRollout group) {
    List<GradedCompletion> fresh =
        group.getCompletions().stream()
            .filter(completion -> seen.add(completion.getRolloutId()))
            .toList();
    storedRules.merge(group.getRulesVersion(), (long) fresh.size(), Long::sum);
    for (Regrading.Moved each : Regrading.of(group).moved()) {
      if (fresh.contains(each.before())) {
        moved.merge(kind(each.before(), each.after()), 1L, Long::sum);
        found.add(new Moved(group, each.before(), each.after()));
      }
    }
  }

  /** From which verdict to which: {@code MATCH -> UNDECIDED}. */
  public static String kind(GradedCompletion before, GradedCompletion after) {
    return before.getVerdict() + " -> " + after.getVerdict();
  }

  public List<Moved> found() {
    return List.copyOf(found);
  }

  public Counts counts() {
    return new Counts(
        seen.size(), AnswerMatcher.RULES_VERSION, Map.copyOf(storedRules), Map.copyOf(moved));
  }
}
