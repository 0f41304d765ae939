package orcaflow.trainer.objective;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Log-probabilities of an iteration's completions by the frozen reference, as far as they are
 * known, in nats.
 *
 * <p>The last bits of a value depend on the batch that it was computed in. So the known values
 * belong to the state of training: a checkpoint has them, and they are not computed again after a
 * restart.
 */
public final class ReferenceLogProbs {

  /** NaN where it is not known. */
  private final double[] values;

  /** Of N completions, none known yet. */
  public ReferenceLogProbs(int completions) {
    this(new double[completions]);
    Arrays.fill(values, Double.NaN);
  }

  private ReferenceLogProbs(double[] values) {
    this.values = values;
  }

  /** A copy that changes by itself. */
  public ReferenceLogProbs copy() {
    return new ReferenceLogProbs(values.clone());
  }

  /** The number of completions. */
  public int size() {
    return values.length;
  }

  /** The number of completions whose log-probability is known. */
  public int known() {
    return (int) Arrays.stream(values).filter(Double::isFinite).count();
  }

  /** The values of some completions, by number; NaN where it is not known. */
  public double[] of(int[] completions) {
    return Arrays.stream(completions).mapToDouble(completion -> values[completion]).toArray();
  }

  /** Keeps the values of some completions, by number; one that is not finite is not kept. */
  public void keep(int[] completions, double[] computed) {
    for (int i = 0; i < completions.length; i++) {
      values[completions[i]] = Double.isFinite(computed[i]) ? computed[i] : Double.NaN;
    }
  }

  /** Reads a file that {@link #write} wrote. */
  public static ReferenceLogProbs read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length % Double.BYTES != 0) {
        throw new IllegalArgumentException(
            "%s holds no log-probabilities: %d bytes are no whole number of doubles"
                .formatted(file, bytes.length));
      }
      double[] values = new double[bytes.length / Double.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
      return new ReferenceLogProbs(values);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /** Writes all values as doubles in little-endian order. */
  public void write(Path file) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    try {
      Files.write(file, bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }
}
