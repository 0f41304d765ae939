package orcaflow.agents.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders of stores. */
final class Folders {

  private Folders() {}

  static Path temporary() {
    try {
      return Files.createTempDirectory("orcaflow-agents");
    } catch (IOException e) {
      throw new UncheckedIOException("there can be no temporary folder", e);
    }
  }

  /** Deletes a folder with all that is in it. */
  static void delete(Path dir) {
    try (Stream<Path> files = Files.walk(dir)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the folder %s cannot be deleted".formatted(dir), e);
    }
  }
}
