package orcaflow.trainer.generate;

import java.util.OptionalInt;

/** Ends a completion before the student does. */
@FunctionalInterface
public interface StopRule {

  /** The student alone ends its completions. */
  StopRule NONE = (ids, from) -> OptionalInt.empty();

  /**
   * @param ids a completion so far
   * @param from how many of them were checked before
   * @return how many ids to keep, the last of them completing a stop text; empty to continue
   */
  OptionalInt end(int[] ids, int from);
}
