package orcaflow.schemas.recipe;

import orcaflow.schemas.Ids;

/**
 * Which problems get rollouts in which iteration. Decided for each problem alone, from its id, so
 * that the answer is the same in any order of arrival and after any restart.
 *
 * @param share fraction of all problems, in (0, 1]
 */
public record RolloutShare(double share) {

  public RolloutShare {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share is %s: use a number in (0, 1]".formatted(share));
    }
  }

  /** Whether the problem is sampled for that iteration. */
  public boolean is(String problemId, int iteration) {
    return Ids.fraction(problemId, "due-" + iteration) < share;
  }
}
