package orcaflow.schemas.recipe;

import orcaflow.schemas.Topic;

/**
 * An algorithm beyond sft, kto, dpo and gspo. Its class is named in {@code
 * META-INF/services/orcaflow.schemas.recipe.Algorithm}; recipes that are read in the same JVM may
 * then name its word.
 */
public interface Algorithm {

  /** Its word in a recipe. */
  String algorithm();

  /** The topic that its rows are in. */
  Topic<?> topic();

  /**
   * Checks those keys of an iteration that are its own.
   *
   * @throws IllegalArgumentException naming the key, the value and what to write instead
   */
  default void check(IterationKeys keys) {}
}
