package orcaflow.stack.words;

import java.util.List;

/** How a problem is solved: exact steps in order and the answer they reach. */
public record Solution(List<Step> steps, long answer) {

  public Solution {
    steps = List.copyOf(steps);
  }
}
