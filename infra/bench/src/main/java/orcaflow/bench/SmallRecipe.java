package orcaflow.bench;

/** Recipes without an end whose student is so small that its training is not what is measured. */
public final class SmallRecipe {

  private static final String HEAD =
      """
      name: %s
      seed: 7
      expansion: { askShare: 0.25, rounds: %d }
      student: { hidden: 32, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 64, context: 128, words: 200 }
      rollouts:   { samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 24 }
      evaluation: { samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 24 }
      labelling: paper-no-synthetic
      """;

  private SmallRecipe() {}

  /**
   * A recipe's text.
   *
   * @param rounds of edits
   * @param iterations its parts {@code iterations} and {@code continuous}
   */
  public static String of(String name, int rounds, String iterations) {
    return HEAD.formatted(name, rounds) + iterations;
  }
}
