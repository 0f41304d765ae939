package orcaflow.trainer.tokenizer;

import java.util.Arrays;

/**
 * A prompt and its completion, which ends with the end-of-text id unless the limit of tokens cut
 * it. Only the tokens of the completion are trained on.
 *
 * @param prompt token ids, the first of them the begin-of-text id
 * @param completion token ids, at least one
 * @param sampledLogProbs log-probability of each id of the completion by the policy that sampled
 *     it, in nats; empty where it is not known
 */
public record Example(int[] prompt, int[] completion, float[] sampledLogProbs) {

  private static final float[] UNKNOWN = {};

  /** Of a completion that nobody sampled, or of which no more than its text is known. */
  public Example(int[] prompt, int[] completion) {
    this(prompt, completion, UNKNOWN);
  }

  public Example {
    if (prompt.length == 0 || completion.length == 0) {
      throw new IllegalArgumentException(
          "an example needs a prompt and a completion; they have "
              + prompt.length
              + " and "
              + completion.length
              + " tokens");
    }
    if (sampledLogProbs.length > 0 && sampledLogProbs.length != completion.length) {
      throw new IllegalArgumentException(
          "%d log-probabilities are not those of %d tokens"
              .formatted(sampledLogProbs.length, completion.length));
    }
  }

  /** Whether it is known how likely each token of the completion was to its policy. */
  public boolean isSampled() {
    return sampledLogProbs.length > 0;
  }

  /** Tokens of both parts. */
  public int length() {
    return prompt.length + completion.length;
  }

  /** Whether both continue the same prompt. */
  public boolean samePrompt(Example other) {
    return Arrays.equals(prompt, other.prompt);
  }
}
