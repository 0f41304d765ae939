package orcaflow.stack.words;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Says how a problem could be harder: three things that could happen after its last event. */
public final class Suggester {

  private static final int SUGGESTIONS = 3;
  private static final int TRIES = 20;

  private Suggester() {}

  /** Two or three different events, always the same for a problem; none for a bad story. */
  public static List<Event> suggestions(Problem problem) {
    Optional<Solution> solution = Solver.solve(problem);
    if (solution.isEmpty() || problem.events().size() == Problem.MAX_EVENTS) {
      return List.of();
    }
    Problem story = problem.forward(solution.get().answer());
    long total = Solver.solve(story).orElseThrow().answer();
    Random random = Seeded.random("suggest", problem);
    Set<Event> events = new LinkedHashSet<>();
    for (int i = 0; i < TRIES && events.size() < SUGGESTIONS; i++) {
      events.add(NextEvent.choose(random, story.owner(), total, story.events()));
    }
    return List.copyOf(events);
  }

  /** The reply to a prompt: a numbered list. */
  public static Optional<String> reply(Problem problem) {
    StringBuilder list = new StringBuilder();
    int number = 1;
    for (Event event : suggestions(problem)) {
      list.append(number == 1 ? "" : "\n")
          .append(number++)
          .append(". Add this at the end: ")
          .append(EnglishWriter.sentence(problem.owner(), problem.thing(), event));
    }
    return list.isEmpty() ? Optional.empty() : Optional.of(list.toString());
  }
}
