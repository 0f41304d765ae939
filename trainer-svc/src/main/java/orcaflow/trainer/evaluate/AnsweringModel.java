package orcaflow.trainer.evaluate;

import java.util.List;
import java.util.Optional;

/**
 * A model that answers the questions of a benchmark: a student in this JVM, or a model elsewhere.
 */
public interface AnsweringModel extends AutoCloseable {

  /**
   * One answer.
   *
   * @param text the answer alone, without the prompt
   * @param cut whether it ends at a limit rather than where the model ended it
   * @param tokens of the answer; 0 where they are not known
   * @param scored tokens with a known log-probability, end-of-text included
   * @param logProbs the sum of their log-probabilities, in nats
   */
  record Answer(String text, boolean cut, int tokens, int scored, double logProbs) {

    /** Of a model whose tokens are not known. */
    public Answer(String text, boolean cut) {
      this(text, cut, 0, 0, 0);
    }
  }

  /** Version under which its evaluations are published. */
  String version();

  /** Its name in an iteration. */
  String name();

  /** How many questions are best asked together. */
  int atOnce(DecodingMode mode);

  /**
   * Answers questions.
   *
   * @param seed of the sampled answers; an answer depends on its question and on no other
   * @return for each question {@code mode.samples()} answers, or none where it cannot be asked
   */
  List<List<Answer>> answer(List<Benchmark.Item> questions, DecodingMode mode, long seed);

  /** What the answers took that is billed, in a sentence; nothing where nothing is. */
  default Optional<String> spent() {
    return Optional.empty();
  }

  @Override
  void close();
}
