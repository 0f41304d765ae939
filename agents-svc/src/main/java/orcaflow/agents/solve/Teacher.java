package orcaflow.agents.solve;

import io.vertx.core.Future;
import orcaflow.events.Problem;
import orcaflow.events.SolutionStatus;

/** Solves a problem: a model, or the problem's own gold solution. */
interface Teacher {

  /** The result of one attempt to solve a problem. */
  sealed interface Attempt {

    /**
     * A worked solution.
     *
     * @param model name of the model in the response; empty for gold
     * @param prompt id of the prompt; empty for gold
     */
    record Solved(String text, String model, String prompt) implements Attempt {}

    /**
     * No solution, now or later.
     *
     * @param status what became of asking
     * @param text what the teacher replied instead; empty where there is nothing to keep
     * @param reason why, in a sentence
     */
    record Unsolved(SolutionStatus status, String text, String reason, String model, String prompt)
        implements Attempt {}

    /** No solution at present; the same problem may be solved later. */
    record NotNow(String reason) implements Attempt {}
  }

  Future<Attempt> solve(Problem problem);
}
