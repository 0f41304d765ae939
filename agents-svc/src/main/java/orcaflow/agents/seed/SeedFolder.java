package orcaflow.agents.seed;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The rows of several files, one file after the other; each row names its file. */
final class SeedFolder implements SeedRows {

  private final Deque<Path> files;
  private SeedRows open;

  SeedFolder(List<Path> files) {
    this.files = new ArrayDeque<>(files);
    open = SeedFile.open(this.files.peek());
  }

  @Override
  public Optional<Line> next() {
    Optional<Line> row = open.next();
    while (row.isEmpty() && files.size() > 1) {
      open.close();
      files.remove();
      open = SeedFile.open(files.peek());
      row = open.next();
    }
    return row.map(line -> line.of(files.element().toString()));
  }

  @Override
  public void close() {
    open.close();
  }
}
