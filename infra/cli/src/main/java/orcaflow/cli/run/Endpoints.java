package orcaflow.cli.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import orcaflow.service.AtomicFile;

/**
 * What runs in a folder, written there while it runs, so that other commands find it.
 *
 * @param pid process that runs it
 * @param urls addresses by name
 */
public record Endpoints(
    long pid, String bootstrap, String registry, String run, Map<String, String> urls) {

  private static final String FILE = "endpoints.json";

  void write(Path dir) throws IOException {
    AtomicFile.write(dir.resolve(FILE), Report.JSON.writeValueAsString(this) + "\n");
  }

  static void remove(Path dir) {
    try {
      Files.deleteIfExists(dir.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was written in the folder, whether or not it still runs. */
  public static Optional<Endpoints> read(Path dir) throws IOException {
    Path file = dir.resolve(FILE);
    return Files.exists(file)
        ? Optional.of(Report.JSON.readValue(file.toFile(), Endpoints.class))
        : Optional.empty();
  }

  /** Whether the process that wrote it is there. */
  public boolean alive() {
    return ProcessHandle.of(pid).isPresent();
  }
}
