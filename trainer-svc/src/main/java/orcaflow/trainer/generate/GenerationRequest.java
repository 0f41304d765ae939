package orcaflow.trainer.generate;

import java.util.OptionalInt;
import orcaflow.trainer.tokenizer.ExampleEncoder;

/**
 * A prompt and how to sample its completions.
 *
 * @param prompt token ids, see {@link ExampleEncoder#prompt}
 * @param samples completions wanted
 * @param temperature 0 for greedy
 * @param topP tokens are kept while the probability before them does not exceed this
 * @param seed with the prompt and the settings it decides the completions
 * @param maxTokens longest completion
 * @param logProbs whether log-probabilities are wanted, and of how many likeliest tokens beside
 */
public record GenerationRequest(
    int[] prompt,
    int samples,
    double temperature,
    double topP,
    long seed,
    int maxTokens,
    OptionalInt logProbs) {

  /** Without log-probabilities. */
  public GenerationRequest(
      int[] prompt, int samples, double temperature, double topP, long seed, int maxTokens) {
    this(prompt, samples, temperature, topP, seed, maxTokens, OptionalInt.empty());
  }

  public GenerationRequest {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("a question needs at least one prompt token");
    }
    if (samples < 1 || maxTokens < 1) {
      throw new IllegalArgumentException(
          "samples and maxTokens must be at least 1; they are " + samples + " and " + maxTokens);
    }
    if (!(temperature >= 0) || !Double.isFinite(temperature)) {
      throw new IllegalArgumentException("temperature must be 0 or more; it is " + temperature);
    }
    if (!(topP > 0) || !(topP <= 1)) {
      throw new IllegalArgumentException("topP must be above 0 and at most 1; it is " + topP);
    }
    if (logProbs.orElse(0) < 0) {
      throw new IllegalArgumentException("logProbs must be 0 or more; it is " + logProbs);
    }
  }
}
