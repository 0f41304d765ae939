package orcaflow.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is left on the disk of a run's folder. A broker that cannot write halts its process at once,
 * and in the embedded default this is the process of the run. So a run ends in order while there is
 * room for that.
 */
public final class DiskSpace {

  /** With less a run does not start. */
  public static final long LITTLE_BYTES = 256L << 20;

  /** With less a run ends. */
  public static final long LEAST_BYTES = 128L << 20;

  private final Path dir;
  private final Usable usable;

  /** Bytes that may still be written. */
  @FunctionalInterface
  interface Usable {
    long bytes() throws IOException;
  }

  /** There is not enough left. */
  public static final class TooLittle extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    TooLittle(String message) {
      super(message);
    }
  }

  DiskSpace(Path dir, Usable usable) {
    this.dir = dir;
    this.usable = usable;
  }

  /** The disk of a folder that is there. */
  public static DiskSpace of(Path dir) {
    return new DiskSpace(dir, () -> Files.getFileStore(dir).getUsableSpace());
  }

  /** What is wrong, if less is left or the disk does not say. */
  public Optional<String> complaint(long leastBytes) {
    try {
      long left = usable.bytes();
      return left >= leastBytes
          ? Optional.empty()
          : Optional.of("the disk of %s has %,d MiB left".formatted(dir, left >> 20));
    } catch (IOException e) {
      return Optional.of("the disk of %s does not say what is left: %s".formatted(dir, e));
    }
  }

  /**
   * Called before a run starts.
   *
   * @throws TooLittle with less than {@link #LITTLE_BYTES}
   */
  void requireToStart() {
    require(LITTLE_BYTES, "a run starts with %,d or more".formatted(LITTLE_BYTES >> 20));
  }

  /**
   * Called while it runs.
   *
   * @throws TooLittle with less than {@link #LEAST_BYTES}
   */
  void requireToContinue() {
    require(
        LEAST_BYTES,
        "ended in order, as the broker halts on a full disk; with %,d free the same command"
                .formatted(LITTLE_BYTES >> 20)
            + " continues from there");
  }

  private void require(long leastBytes, String then) {
    Optional<String> complaint = complaint(leastBytes);
    if (complaint.isPresent()) {
      throw new TooLittle("%s: %s".formatted(complaint.get(), then));
    }
  }
}
