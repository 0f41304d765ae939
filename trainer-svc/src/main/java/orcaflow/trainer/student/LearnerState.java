package orcaflow.trainer.student;

import java.nio.file.Path;

/**
 * All that decides how a learner goes on: two learners with equal states, settings and batches end
 * with equal bits.
 *
 * @param m AdamW's running mean of the gradients
 * @param v AdamW's running mean of their squares
 * @param step optimiser steps done
 */
public record LearnerState(Weights weights, Weights m, Weights v, int step) {

  /** The beginning: zero moments. */
  public static LearnerState fresh(Weights weights) {
    throw new UnsupportedOperationException();
  }

  /** Reads what {@link #write} wrote; one clear sentence if it is damaged. */
  public static LearnerState read(Path file) {
    throw new UnsupportedOperationException();
  }

  /** Writes one safetensors file, fsynced, in place of what was there. */
  public void write(Path file) {
    throw new UnsupportedOperationException();
  }
}
