package orcaflow.trainer.objective;

import java.util.Optional;
import orcaflow.trainer.tokenizer.Example;

/**
 * One example of GSPO.
 *
 * @param group name of the rollouts that it is compared with: those of one problem by one policy;
 *     none for an answer of the teacher
 * @param right its reward, 1 or 0
 */
public record GroupedExample(Example example, Optional<String> group, boolean right) {

  /** Whether it is an answer of the teacher. */
  boolean shown() {
    return group.isEmpty();
  }
}
