package orcaflow.cli.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import orcaflow.cli.run.Funnel;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;

/**
 * What came in and what became of it, as lines that add up.
 *
 * @param funnel the same numbers as {@code status -o json}
 * @param lines from the first stage to the last
 */
record FunnelView(Funnel funnel, List<Line> lines) {

  /**
   * A number.
   *
   * @param depth 0 for a total, 1 for a part of the total above it
   * @param topic where its records are
   * @param where field and value that its records have; nothing for all of the topic
   */
  record Line(
      String name, int depth, long count, String topic, Optional<Map<String, String>> where) {}

  static FunnelView of(Funnel funnel) {
    List<Line> lines = new ArrayList<>();
    all(lines, "candidates", funnel.candidates(), Topics.PROBLEM_CANDIDATES);
    part(lines, "admitted", funnel.admitted(), Topics.PROBLEMS, Map.of());
    funnel
        .rejected()
        .forEach(
            (reason, count) ->
                part(
                    lines,
                    "rejected: " + reason,
                    count,
                    Topics.REJECTED_CANDIDATES,
                    Map.of("reason", reason)));
    all(lines, "solutions", funnel.solutions(), Topics.TEACHER_SOLUTIONS);
    funnel
        .solved()
        .ifPresent(
            solved ->
                solved.forEach(
                    (status, count) ->
                        part(
                            lines,
                            status,
                            count,
                            Topics.TEACHER_SOLUTIONS,
                            Map.of("status", symbol(status)))));
    all(lines, "rollouts", funnel.rollouts(), Topics.STUDENT_ROLLOUTS);
    part(lines, "match", funnel.verdicts().match(), Topics.GRADED_ROLLOUTS, verdict("MATCH"));
    part(
        lines,
        "mismatch",
        funnel.verdicts().mismatch(),
        Topics.GRADED_ROLLOUTS,
        verdict("MISMATCH"));
    part(
        lines,
        "undecided",
        funnel.verdicts().undecided(),
        Topics.GRADED_ROLLOUTS,
        verdict("UNDECIDED"));
    all(lines, "demonstrations", funnel.demonstrations(), Topics.DEMONSTRATIONS);
    all(lines, "labelled completions", funnel.labelledCompletions(), Topics.LABELLED_COMPLETIONS);
    all(lines, "preference pairs", funnel.preferencePairs(), Topics.PREFERENCE_PAIRS);
    lines.add(
        new Line(
            "dead letters",
            0,
            funnel.deadLetters(),
            Topics.STAGE_OUTCOMES.name(),
            Optional.of(Map.of("outcome", "DEAD"))));
    return new FunnelView(funnel, lines);
  }

  /** The symbol of the event's enum, which the accounts write in words. */
  private static String symbol(String status) {
    return status.toUpperCase(Locale.ROOT).replace(' ', '_');
  }

  private static Map<String, String> verdict(String value) {
    return Map.of("verdict", value);
  }

  private static void all(List<Line> lines, String name, long count, Topic<?> topic) {
    lines.add(new Line(name, 0, count, topic.name(), Optional.empty()));
  }

  private static void part(
      List<Line> lines, String name, long count, Topic<?> topic, Map<String, String> where) {
    lines.add(
        new Line(name, 1, count, topic.name(), Optional.of(where).filter(some -> !some.isEmpty())));
  }
}
