package orcaflow.stack.words;

import java.util.stream.Collectors;

/** How a solution is written. Each ends in the line {@code #### <answer>}. */
public enum SolutionStyle {
  /** {@code 4 * 3 = 12. 12 + 14 = 26.} then the answer. */
  WORKED {
    @Override
    String steps(Problem problem, Solution solution) {
      return solution.steps().stream()
          .map(step -> step.calculation() + ".")
          .collect(Collectors.joining(" ", "", "\n"));
    }
  },
  /** The answer alone. */
  BARE {
    @Override
    String steps(Problem problem, Solution solution) {
      return "";
    }
  },
  /** A sentence a step: {@code Then Tom has 12 + 14 = 26 apples.} */
  NARRATED {
    @Override
    String steps(Problem problem, Solution solution) {
      String owner = problem.owner();
      String thing = problem.thing();
      String opening =
          problem.start() instanceof Amount.Known start
              ? "%s starts with %d %s.".formatted(owner, start.value(), thing)
              : "We go back from the end.";
      return solution.steps().stream()
          .map(step -> step.sense().sentence(owner, step.calculation(), thing))
          .collect(Collectors.joining(" ", opening + " ", "\n"));
    }
  };

  /** The solution as text. */
  public String write(Problem problem, Solution solution) {
    return steps(problem, solution) + "#### " + solution.answer();
  }

  abstract String steps(Problem problem, Solution solution);
}
