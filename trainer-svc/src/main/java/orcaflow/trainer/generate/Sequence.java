package orcaflow.trainer.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** One completion in work. Its random numbers are its own, so that its company decides nothing. */
final class Sequence {

  /** Random numbers of one token: two draws that may fail, and one that does not. */
  static final int DRAWS = 3;

  /** Below it a temperature is 0: the likeliest token is all that is left. */
  private static final double COLDEST = 1e-5;

  /** Tokens after which the stop rule is asked: it reads text, which costs more than a token. */
  private static final int ASK_EVERY = 8;

  private final Generation answering;
  private final SplittableRandom random;
  private final int[] ids;
  private final List<CompletionOutput.Token> tokens = new ArrayList<>();
  private int made;
  private int asked;
  private boolean ended;
  private boolean stopped;

  Sequence(Generation answering, int sample) {
    this.answering = answering;
    this.random = random(answering.question().seed(), sample);
    this.ids = new int[answering.question().maxTokens()];
  }

  GenerationRequest question() {
    return answering.question();
  }

  boolean cancelled() {
    return answering.cancelled();
  }

  /** Position of the last token so far. */
  int position() {
    return question().prompt().length + made - 1;
  }

  int last() {
    return ids[made - 1];
  }

  /** Tokens it may still have. */
  int left() {
    return ids.length - made;
  }

  float temperature() {
    double temperature = question().temperature();
    return temperature < COLDEST ? 0 : (float) temperature;
  }

  /** The next uniform number in [0, 1). */
  float uniform() {
    return (random.nextLong() >>> 40) * 0x1.0p-24f;
  }

  boolean done() {
    return ended || stopped || made == ids.length;
  }

  /**
   * Takes what was made for it, until it is done.
   *
   * @param out ids of the call, of which its own begin at {@code from}
   * @param told log-probabilities of the call, {@code width} numbers for each of the ids
   */
  void take(long[] out, int from, int steps, float[] told, int width, int eos) {
    for (int s = 0; s < steps && !done(); s++) {
      int id = (int) out[from + s];
      if (question().logProbs().isPresent()) {
        tokens.add(token(id, told, (from + s) * width, (width - 1) / 2));
      }
      if (id == eos) {
        ended = true;
      } else {
        ids[made++] = id;
      }
    }
    if (made > asked && (done() || made - asked >= ASK_EVERY)) {
      OptionalInt end = answering.stopRule().end(Arrays.copyOf(ids, made), asked);
      asked = made;
      if (end.isPresent()) {
        stopped = true;
        made = end.getAsInt();
        tokens.subList(Math.min(tokens.size(), made), tokens.size()).clear();
      }
    }
    if (done()) {
      answering.rowDone();
    }
  }

  CompletionOutput sample() {
    return new CompletionOutput(
        Arrays.copyOf(ids, made), ended || stopped ? "stop" : "length", List.copyOf(tokens));
  }

  private CompletionOutput.Token token(int id, float[] told, int at, int k) {
    int likeliest = question().logProbs().getAsInt();
    int[] best = new int[likeliest];
    double[] logProbs = new double[likeliest];
    for (int i = 0; i < likeliest; i++) {
      logProbs[i] = told[at + 1 + i];
      best[i] = (int) told[at + 1 + k + i];
    }
    return new CompletionOutput.Token(id, told[at], best, logProbs);
  }

  /** A generator of its own for each sample: the n-th sample is the same however many are asked. */
  private static SplittableRandom random(long seed, int sample) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < sample; i++) {
      random.split();
    }
    return random.split();
  }
}
