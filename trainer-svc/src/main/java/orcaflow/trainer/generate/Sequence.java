package orcaflow.trainer.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import orcaflow.schemas.FinishReason;

/**
 * One completion in work. It has random numbers of its own, so that the rest of the batch decides
 * nothing about it.
 */
final class Sequence {

  /** Random numbers of one token: two draws that may fail, and one that does not. */
  static final int DRAWS = 3;

  /** A temperature below this is greedy. */
  private static final double COLDEST = 1e-5;

  /** Tokens between two checks of the stop rule, which reads text and costs more than a token. */
  private static final int CHECK_EVERY = 8;

  private final Generation generation;
  private final SplittableRandom random;
  private final int[] ids;
  private final List<CompletionOutput.Token> tokens = new ArrayList<>();
  private int length;
  private int checked;
  private boolean ended;
  private boolean stopped;

  Sequence(Generation generation, int sample) {
    this.generation = generation;
    this.random = random(generation.request().seed(), sample);
    this.ids = new int[generation.request().maxTokens()];
  }

  GenerationRequest request() {
    return generation.request();
  }

  boolean cancelled() {
    return generation.cancelled();
  }

  /** Position of the last token so far. */
  int position() {
    return request().prompt().length + length - 1;
  }

  int last() {
    return ids[length - 1];
  }

  /** Tokens that may still be added. */
  int left() {
    return ids.length - length;
  }

  float temperature() {
    double temperature = request().temperature();
    return temperature < COLDEST ? 0 : (float) temperature;
  }

  /** The next uniform number in [0, 1). */
  float uniform() {
    return (random.nextLong() >>> 40) * 0x1.0p-24f;
  }

  boolean done() {
    return ended || stopped || length == ids.length;
  }

  /**
   * Appends new tokens until it is done.
   *
   * @param out ids of the call; those of this sequence begin at {@code from}
   * @param logProbs log-probabilities of the call, {@code width} numbers for each of the ids
   */
  void take(long[] out, int from, int steps, float[] logProbs, int width, int[] ends) {
    for (int s = 0; s < steps && !done(); s++) {
      int id = (int) out[from + s];
      if (request().logProbs().isPresent()) {
        tokens.add(token(id, logProbs, (from + s) * width, (width - 1) / 2));
      }
      if (IntStream.of(ends).anyMatch(end -> end == id)) {
        ended = true;
      } else {
        ids[length++] = id;
      }
    }
    if (length > checked && (done() || length - checked >= CHECK_EVERY)) {
      OptionalInt end = generation.stopRule().end(Arrays.copyOf(ids, length), checked);
      checked = length;
      if (end.isPresent()) {
        stopped = true;
        length = end.getAsInt();
        tokens.subList(Math.min(tokens.size(), length), tokens.size()).clear();
      }
    }
    if (done()) {
      generation.sequenceDone();
    }
  }

  CompletionOutput output() {
    return new CompletionOutput(
        Arrays.copyOf(ids, length),
        ended || stopped ? FinishReason.STOP : FinishReason.LENGTH,
        List.copyOf(tokens));
  }

  private CompletionOutput.Token token(int id, float[] logProbs, int at, int k) {
    int likeliest = request().logProbs().getAsInt();
    int[] best = new int[likeliest];
    double[] theirs = new double[likeliest];
    for (int i = 0; i < likeliest; i++) {
      theirs[i] = logProbs[at + 1 + i];
      best[i] = (int) logProbs[at + 1 + k + i];
    }
    return new CompletionOutput.Token(id, logProbs[at], best, theirs);
  }

  /** A generator for each sample: the n-th sample is the same, however many samples there are. */
  private static SplittableRandom random(long seed, int sample) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < sample; i++) {
      random.split();
    }
    return random.split();
  }
}
