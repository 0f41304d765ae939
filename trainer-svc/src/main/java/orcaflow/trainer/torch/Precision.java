package orcaflow.trainer.torch;

import java.util.Arrays;
import java.util.Locale;

/**
 * What matrix products and attention are computed in. Weights, gradients, AdamW's moments and all
 * files are float32 in either, as are norms, rotations, softmax and losses.
 */
public enum Precision {
  /** All of it in float32. */
  FLOAT32(Float.BYTES),
  /** Mixed: what enters a product is rounded to eight bits of mantissa first. */
  BFLOAT16(Short.BYTES);

  /** System property with the name of the one in use. */
  private static final String PROPERTY = "orcaflow.torch.precision";

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a number that enters a product. */
  public int bytes() {
    return bytes;
  }

  /** Its word in settings: {@code float32} or {@code bfloat16}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a text is the label of one. */
  public static boolean named(String label) {
    return Arrays.stream(values()).anyMatch(precision -> precision.label().equals(label));
  }

  /**
   * Sets the precision of everything that begins from now on in this JVM.
   *
   * @throws IllegalArgumentException if it is not the label of one
   */
  public static void use(String label) {
    System.setProperty(PROPERTY, of(label).label());
  }

  /** The precision in use; float32 unless {@link #use} was called. */
  public static Precision current() {
    return of(System.getProperty(PROPERTY, FLOAT32.label()));
  }

  private static Precision of(String label) {
    return Arrays.stream(values())
        .filter(precision -> precision.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "precision is '%s': give float32 or bfloat16".formatted(label)));
  }
}
