package orcaflow.trainer.tokenizer;

import java.util.Arrays;
import java.util.stream.IntStream;
import orcaflow.schemas.StudentPrompt;

/** Turns questions and answers into token ids for the learner and the sampler. */
public final class ExampleEncoder {

  private final StudentTokenizer tokenizer;

  public ExampleEncoder(StudentTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Begin-of-text, then the question in the student's prompt format. */
  public int[] prompt(String question) {
    int[] text = tokenizer.encode(StudentPrompt.prompt(question));
    return IntStream.concat(IntStream.of(tokenizer.bos()), Arrays.stream(text)).toArray();
  }

  /**
   * The prompt of a question, and the answer with end-of-text behind it unless it was cut.
   *
   * @param cut whether the sampler's limit of tokens ended it: it never sampled end-of-text, and
   *     what was not sampled is neither rewarded nor punished
   */
  public Example example(String question, String answer, boolean cut) {
    int[] text = tokenizer.encode(answer);
    if (cut && text.length > 0) {
      return new Example(prompt(question), text);
    }
    int[] completion = Arrays.copyOf(text, text.length + 1);
    completion[text.length] = tokenizer.eos();
    return new Example(prompt(question), completion);
  }
}
