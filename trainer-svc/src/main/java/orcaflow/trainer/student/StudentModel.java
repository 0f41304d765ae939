package orcaflow.trainer.student;

import java.util.List;

/** Looks into a student: logits and log-probabilities, no training, no cache. */
public final class StudentModel implements AutoCloseable {

  public StudentModel(StudentConfig config, Weights weights) {}

  /** Logits of each position, [position][vocabulary]. */
  public float[][] logits(int[] ids) {
    throw new UnsupportedOperationException();
  }

  /** Log-probability of each token after the first, given those before it. */
  public double[] tokenLogProbs(int[] ids) {
    throw new UnsupportedOperationException();
  }

  /** Sum of the log-probabilities of each example's completion tokens. */
  public double[] sequenceLogProbs(List<Example> examples) {
    throw new UnsupportedOperationException();
  }

  /** The likeliest next tokens, the whole sequence computed again for each. */
  public int[] greedy(int[] prompt, int tokens) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
