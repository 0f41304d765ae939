package orcaflow.trainer.student;

import java.util.List;

/** Trains a student, one optimiser step at a time. One thread at a time. */
public final class Learner implements AutoCloseable {

  /**
   * A learner from the beginning.
   *
   * @param weights where it starts
   * @param reference the frozen weights KTO and DPO compare with
   */
  public Learner(StudentConfig config, Weights weights, Weights reference, Optimiser optimiser) {
    this(config, LearnerState.fresh(weights), reference, optimiser);
  }

  /** A learner that goes on from a state. */
  public Learner(
      StudentConfig config, LearnerState state, Weights reference, Optimiser optimiser) {}

  /** One step on the token-weighted mean cross-entropy of the completions. */
  public StepResult sft(List<Example> batch) {
    throw new UnsupportedOperationException();
  }

  /** One step of KTO. The mismatched pairs come from rotating the batch's completions by one. */
  public StepResult kto(List<Labelled> batch, KtoSettings settings) {
    throw new UnsupportedOperationException();
  }

  /** One step of DPO. */
  public StepResult dpo(List<Pair> batch, DpoSettings settings) {
    throw new UnsupportedOperationException();
  }

  /** Copies of weights and moments, and the step. */
  public LearnerState state() {
    throw new UnsupportedOperationException();
  }

  /** A copy of the weights as they are now. */
  public Weights weights() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
