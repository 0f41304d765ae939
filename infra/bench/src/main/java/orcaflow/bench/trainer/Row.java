package orcaflow.bench.trainer;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;

/** One example, as both sides read it. */
record Row(int[] prompt, int[] completion, boolean desirable) {

  private static final int FIRST_PLAIN = 3;

  /** Where prompts and completions of a length range are wanted; both bounds included. */
  record Lengths(int shortest, int longest) {
    int any(Random random) {
      return shortest + random.nextInt(longest - shortest + 1);
    }
  }

  /** Rows of random ids, the same for the same seed. */
  static List<Row> random(
      StudentConfig config, int count, Lengths prompts, Lengths completions, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(n -> random(config, prompts.any(random), completions.any(random), n, random))
        .toList();
  }

  /**
   * Rows that all have the same number of tokens, the prompt's share between a quarter and three.
   */
  static List<Row> ofLength(StudentConfig config, int count, int length, long seed) {
    Random random = new Random(seed);
    Lengths prompts = new Lengths(length / 4, length * 3 / 4);
    return IntStream.range(0, count)
        .mapToObj(
            n -> {
              int prompt = prompts.any(random);
              return random(config, prompt, length - prompt, n, random);
            })
        .toList();
  }

  private static Row random(
      StudentConfig config, int prompt, int completion, int n, Random random) {
    int[] before = random.ints(prompt, FIRST_PLAIN, config.vocabulary()).toArray();
    int[] after = random.ints(completion, FIRST_PLAIN, config.vocabulary()).toArray();
    before[0] = config.bos();
    after[completion - 1] = config.eos();
    return new Row(before, after, n % 2 == 0);
  }

  Example example() {
    return new Example(prompt, completion);
  }

  UnpairedExample labelled() {
    return new UnpairedExample(example(), desirable);
  }
}
