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

  private static final String KTO =
      """
      iterations:
        - { name: M1, algorithm: sft, rows: 400, steps: 60, epochs: 1, batch: 16, learningRate: 3e-3, warmup: 5, schedule: cosine, finalFraction: 0.05, weightDecay: 0.01, beta2: 0.95, clip: 1.0 }
      continuous: { name: M, algorithm: kto, rows: %1$d, share: 0.5, problems: %1$d, maxAge: %2$d, epochs: 1, reference: base, steps: 60, batch: 16, learningRate: 3e-5, warmup: 2, schedule: linear, finalFraction: 0.0, beta: 0.1, weightDecay: 0.01, beta2: 0.95, clip: 1.0, weightRatio: 1.16 }
      """;

  private SmallRecipe() {}

  /**
   * A recipe of SFT, then KTO without an end, one pass in every iteration.
   *
   * @param rounds of edits
   * @param rows of an iteration of KTO, and most problems that are sampled for it
   * @param maxAge in policies, of a row
   */
  public static String kto(String name, int rounds, int rows, int maxAge) {
    return of(name, rounds, KTO.formatted(rows, maxAge));
  }

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
