package orcaflow.trainer.evaluate;

import java.util.List;
import orcaflow.schemas.recipe.Recipe;

/**
 * How a policy decodes its answers.
 *
 * @param name greedy or sampled
 * @param samples answers to each question; pass@1 is the mean over all of them
 * @param maxTokens longest answer
 */
public record DecodingMode(
    String name, int samples, double temperature, double topP, int maxTokens) {

  /** Both, as a recipe evaluates: greedy and sampled. */
  public static List<DecodingMode> both(Recipe.Sampling sampling) {
    return List.of(greedy(sampling.maxTokens()), sampled(sampling));
  }

  /** One answer to each question, always the likeliest token. */
  public static DecodingMode greedy(int maxTokens) {
    return new DecodingMode("greedy", 1, 0, 1, maxTokens);
  }

  /** As the recipe samples for evaluation. */
  public static DecodingMode sampled(Recipe.Sampling sampling) {
    return new DecodingMode(
        "sampled",
        sampling.samples(),
        sampling.temperature(),
        sampling.topP(),
        sampling.maxTokens());
  }
}
