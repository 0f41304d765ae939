package orcaflow.agents.solve;

import io.vertx.core.Future;
import orcaflow.events.Problem;

/** Who solves a problem: a model, or the problem's own gold solution. */
interface Teacher {

  /** What the teacher came to. */
  sealed interface Attempt {

    /**
     * A worked solution.
     *
     * @param model who wrote it, as the endpoint names it; empty for gold
     * @param prompt prompt used; empty for gold
     */
    record Solved(String text, String model, String prompt) implements Attempt {}

    /** No solution, now or later. */
    record Refused(String said, String reason, String model, String prompt) implements Attempt {}

    /** No solution at present. */
    record NotNow(String reason) implements Attempt {}
  }

  Future<Attempt> solve(Problem problem);
}
