package orcaflow.trainer.student;

import java.util.List;

/** Named arrays of a student in their Hugging Face names and order, on the Java heap. */
public final class Weights {

  /** One array, row-major. */
  public record Tensor(int[] shape, float[] values) {}

  /** Names, in order. */
  public List<String> names() {
    throw new UnsupportedOperationException();
  }

  /** The tensor of a name. */
  public Tensor get(String name) {
    throw new UnsupportedOperationException();
  }

  /** Random weights, the same for the same shape and seed on every machine. */
  public static Weights random(StudentConfig config, long seed) {
    throw new UnsupportedOperationException();
  }

  /** SHA-256, in hex, of the safetensors file these weights make. */
  public String hash() {
    throw new UnsupportedOperationException();
  }
}
