package orcaflow.trainer.student;

import java.util.List;

/**
 * Answers questions with one set of weights, of which it keeps its own copy: it may work beside a
 * learner, on another thread. One call at a time.
 */
public final class Sampler implements AutoCloseable {

  public Sampler(StudentConfig config, Weights weights) {}

  /** Answers in the order of the questions; each depends on its own question alone. */
  public List<Answer> answer(List<Question> questions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
