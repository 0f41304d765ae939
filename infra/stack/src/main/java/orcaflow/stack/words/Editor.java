package orcaflow.stack.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Writes one harder problem: exactly one event more, after the last. Which of the suggestions it
 * follows depends on the problem alone. Suggestions it cannot use (another model's prose, an event
 * that makes the story impossible) are passed over; when none is left it makes its own.
 */
public final class Editor {

  private static final Pattern LIST_MARK = Pattern.compile("^\\s*(?:\\d+[.)]|[-*])\\s*");

  private Editor() {}

  /**
   * @param suggestions the text of a Suggester
   * @return the problem with one event more, or nothing for an impossible or full story
   */
  public static Optional<Problem> edit(Problem problem, String suggestions) {
    List<Problem> edits = edits(problem, read(problem, suggestions));
    if (edits.isEmpty()) {
      edits = edits(problem, Suggester.suggestions(problem));
    }
    return edits.isEmpty()
        ? Optional.empty()
        : Optional.of(Seeded.pick(Seeded.random("edit", problem), edits));
  }

  /** The reply to a prompt. */
  public static Optional<String> reply(Problem problem, String suggestions) {
    return edit(problem, suggestions).map(edit -> "PROBLEM: " + EnglishWriter.write(edit));
  }

  private static List<Event> read(Problem problem, String suggestions) {
    return suggestions
        .lines()
        .map(line -> LIST_MARK.matcher(line).replaceFirst(""))
        .map(line -> line.substring(line.indexOf(':') + 1))
        .flatMap(sentence -> EnglishReader.readEvent(problem, sentence).stream())
        .toList();
  }

  private static List<Problem> edits(Problem problem, List<Event> events) {
    if (problem.events().size() == Problem.MAX_EVENTS) {
      return List.of();
    }
    return events.stream().flatMap(event -> append(problem, event).stream()).toList();
  }

  private static Optional<Problem> append(Problem problem, Event event) {
    Optional<Solution> solution = Solver.solve(problem);
    if (solution.isEmpty()) {
      return Optional.empty();
    }
    Problem story = problem.forward(solution.get().answer());
    List<Event> events = new ArrayList<>(story.events());
    events.add(event);
    Problem longer =
        new Problem(story.owner(), story.thing(), story.start(), events, Amount.UNKNOWN);
    return Solver.solve(longer)
        .map(Solution::answer)
        .filter(total -> total <= Math.max(NextEvent.LARGEST_TOTAL, total(story)))
        .map(total -> problem.isForward() ? longer : longer.hiding(problem.unknown(), total))
        .filter(Problem::asksClearly);
  }

  private static long total(Problem story) {
    return Solver.solve(story).orElseThrow().answer();
  }
}
