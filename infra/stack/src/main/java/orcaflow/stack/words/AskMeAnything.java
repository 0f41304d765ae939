package orcaflow.stack.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a problem out of each quantity another one tells: hide it, tell the total, ask for it. */
public final class AskMeAnything {

  /** A problem and the quantity it hides. */
  public record Child(Problem problem, long answer) {}

  private AskMeAnything() {}

  /** One child per quantity that the rest of the story determines; none for a bad story. */
  public static List<Child> children(Problem problem) {
    Optional<Solution> solution = Solver.solve(problem);
    if (solution.isEmpty()) {
      return List.of();
    }
    Problem story = problem.forward(solution.get().answer());
    long total = Solver.solve(story).orElseThrow().answer();
    List<Child> children = new ArrayList<>();
    for (int i = 0; total <= Amount.Known.MAX && i < story.amounts().size() - 1; i++) {
      long hidden = ((Amount.Known) story.amounts().get(i)).value();
      Problem child = story.hiding(i, total);
      if (!child.equals(problem) && child.asksClearly() && hasAnswer(child, hidden)) {
        children.add(new Child(child, hidden));
      }
    }
    return children;
  }

  /** The reply to a prompt: a block of QUESTION and ANSWER for each child. */
  public static Optional<String> reply(Problem problem) {
    List<String> blocks =
        children(problem).stream()
            .map(
                child ->
                    "QUESTION: %s\nANSWER: %d"
                        .formatted(EnglishWriter.write(child.problem()), child.answer()))
            .toList();
    return blocks.isEmpty() ? Optional.empty() : Optional.of(String.join("\n\n", blocks));
  }

  private static boolean hasAnswer(Problem child, long hidden) {
    return Solver.solve(child).filter(solution -> solution.answer() == hidden).isPresent();
  }
}
