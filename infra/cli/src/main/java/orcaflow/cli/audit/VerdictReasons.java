package orcaflow.cli.audit;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher;
import orcaflow.streams.grade.Grading;

/**
 * How many rollouts have which verdict for which reason. What a judge gives as its reason is a
 * model's text, so all of a judge's verdicts have one reason here. Thread-safe.
 */
public final class VerdictReasons {

  /** Reason of verdicts that a judge gave. */
  public static final String JUDGED = "judge";

  /** Reason of verdicts whose reason this build does not know. */
  public static final String OTHER = "other";

  private final Map<VerdictValue, Map<String, Long>> counts = new EnumMap<>(VerdictValue.class);

  /**
   * Rollouts with the same verdict and reason.
   *
   * @param reason one of {@link AnswerMatcher#REASONS}, {@link #JUDGED} or {@link #OTHER}
   * @param share of all rollouts with a verdict
   */
  public record Row(VerdictValue verdict, String reason, long rollouts, double share) {}

  /** Counts the verdicts of a group. */
  public synchronized void count(GradedRollout group) {
    for (GradedCompletion completion : group.getCompletions()) {
      counts
          .computeIfAbsent(completion.getVerdict(), verdict -> new TreeMap<>())
          .merge(reason(completion.getReason()), 1L, Long::sum);
    }
  }

  private static String reason(String stored) {
    if (stored.startsWith(Grading.JUDGED)) {
      return JUDGED;
    }
    return AnswerMatcher.REASONS.contains(stored) ? stored : OTHER;
  }

  /** Verdict by verdict, the most frequent reason first. */
  public synchronized List<Row> rows() {
    long all = counts.values().stream().flatMap(m -> m.values().stream()).mapToLong(n -> n).sum();
    return counts.entrySet().stream()
        .flatMap(
            verdict ->
                verdict.getValue().entrySet().stream()
                    .map(
                        reason ->
                            new Row(
                                verdict.getKey(),
                                reason.getKey(),
                                reason.getValue(),
                                (double) reason.getValue() / all))
                    .sorted(Comparator.comparingLong(Row::rollouts).reversed()))
        .toList();
  }
}
