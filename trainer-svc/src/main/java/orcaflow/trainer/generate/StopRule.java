package orcaflow.trainer.generate;

import java.util.OptionalInt;

/** Says where a completion is over though the student has not said so. */
@FunctionalInterface
public interface StopRule {

  /** The student alone says when it is over. */
  StopRule NONE = (ids, from) -> OptionalInt.empty();

  /**
   * @param ids a completion so far
   * @param from how many of them were there when it was last asked
   * @return how many ids, the last of them completing what stops it; empty to go on
   */
  OptionalInt end(int[] ids, int from);
}
