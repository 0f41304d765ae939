package orcaflow.trainer.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.events.SampledTokens;
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

  /**
   * The same with the tokens as they were sampled. One text may be written in several ways, and the
   * tokenizer's own is seldom the sampled one. Tokens that are not this student's, or not those of
   * the answer, do not count: then its text is encoded.
   */
  public Example example(
      String question, String answer, boolean cut, Optional<SampledTokens> sampled) {
    return sampled
        .filter(tokens -> writes(tokens.getIds(), answer, cut))
        .map(tokens -> new Example(prompt(question), ids(tokens), logProbs(tokens)))
        .orElseGet(() -> example(question, answer, cut));
  }

  private boolean writes(List<Integer> ids, String answer, boolean cut) {
    if (ids.isEmpty() || ids.stream().anyMatch(id -> id < 0 || id >= tokenizer.vocabulary())) {
      return false;
    }
    int end = ids.indexOf(tokenizer.eos());
    boolean endsInOrder = end < 0 || !cut && end == ids.size() - 1;
    return endsInOrder
        && tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray()).equals(answer);
  }

  private static int[] ids(SampledTokens tokens) {
    return tokens.getIds().stream().mapToInt(Integer::intValue).toArray();
  }

  /** One for each id, or none. */
  private static float[] logProbs(SampledTokens tokens) {
    List<Float> all = tokens.getLogProbs();
    float[] logProbs = new float[all.size() == tokens.getIds().size() ? all.size() : 0];
    for (int i = 0; i < logProbs.length; i++) {
      logProbs[i] = all.get(i);
    }
    return logProbs;
  }
}
