package orcaflow.trainer.objective;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the frozen reference says of the completions of an iteration: log-probabilities, each
 * computed when it is first asked for and kept from then on, in 8 bytes.
 *
 * <p>The last bits of a value depend on the batch it was computed in. So what is kept belongs to
 * the state of training: it is in the checkpoint, and not computed again after a restart.
 */
public final class ReferenceModel {

  /** NaN for what is not known. */
  private final double[] values;

  /** Knows nothing yet of so many completions. */
  public ReferenceModel(int completions) {
    this(new double[completions]);
    Arrays.fill(values, Double.NaN);
  }

  private ReferenceModel(double[] values) {
    this.values = values;
  }

  /** One that knows the same and goes its own way from here. */
  public ReferenceModel copy() {
    return new ReferenceModel(values.clone());
  }

  /** Of how many completions it may know. */
  public int size() {
    return values.length;
  }

  /** Of how many completions it knows. */
  public int known() {
    return (int) Arrays.stream(values).filter(Double::isFinite).count();
  }

  /** Those in these places; NaN for one that is not known. */
  public double[] at(int[] places) {
    return Arrays.stream(places).mapToDouble(place -> values[place]).toArray();
  }

  /** Keeps values in these places; one that is not finite is not kept. */
  public void keep(int[] places, double[] computed) {
    for (int i = 0; i < places.length; i++) {
      values[places[i]] = Double.isFinite(computed[i]) ? computed[i] : Double.NaN;
    }
  }

  /** Reads what {@link #write} wrote. */
  public static ReferenceModel read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length % Double.BYTES != 0) {
        throw new IllegalArgumentException(
            "%s holds no log-probabilities: %d bytes are no whole number of doubles"
                .formatted(file, bytes.length));
      }
      double[] values = new double[bytes.length / Double.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
      return new ReferenceModel(values);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /** Writes all as doubles, lowest byte first. */
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
