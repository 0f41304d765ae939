package orcaflow.schemas.recipe;

/** How the learning rate falls after the warm-up, as a fraction of its peak. */
public enum Schedule {
  COSINE,
  LINEAR,
  CONSTANT;

  /** The schedule of that name in a recipe: {@code cosine}, {@code linear} or {@code constant}. */
  public static Schedule of(String word) {
    return Words.constant("schedule", word, values());
  }

  /**
   * Where it is between the peak, 1, and the final rate, 0.
   *
   * @param done fraction of the steps after the warm-up that are done, in [0, 1]
   */
  public double at(double done) {
    return switch (this) {
      case COSINE -> 0.5 * (1 + Math.cos(Math.PI * done));
      case LINEAR -> 1 - done;
      case CONSTANT -> 1.0;
    };
  }
}
