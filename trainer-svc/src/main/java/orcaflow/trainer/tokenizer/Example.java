package orcaflow.trainer.tokenizer;

import java.util.Arrays;

/**
 * A prompt and its completion, which ends with the end-of-text id unless the limit of tokens cut
 * it. Only the tokens of the completion are trained on.
 *
 * @param prompt token ids, the first of them the begin-of-text id
 * @param completion token ids, at least one
 */
public record Example(int[] prompt, int[] completion) {

  public Example {
    if (prompt.length == 0 || completion.length == 0) {
      throw new IllegalArgumentException(
          "an example needs a prompt and a completion; they have "
              + prompt.length
              + " and "
              + completion.length
              + " tokens");
    }
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
