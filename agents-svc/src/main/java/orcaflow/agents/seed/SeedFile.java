package orcaflow.agents.seed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The rows of a JSONL file, plain or gzipped by its name. Blank lines are no rows. */
final class SeedFile implements SeedRows {

  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final BufferedReader lines;
  private long number;

  private SeedFile(Path file, BufferedReader lines) {
    this.file = file;
    this.lines = lines;
  }

  /**
   * @throws Seeding.BadSeedFile if the file is missing or cannot be opened
   */
  static SeedFile open(Path file) {
    try {
      return new SeedFile(file, reader(file));
    } catch (NoSuchFileException e) {
      throw new Seeding.BadSeedFile("%s: there is no such file".formatted(file), e);
    } catch (IOException e) {
      throw new Seeding.BadSeedFile("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static BufferedReader reader(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      InputStream text =
          file.toString().endsWith(".gz") ? new GZIPInputStream(bytes, BUFFER_BYTES) : bytes;
      return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8), BUFFER_BYTES);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  /**
   * The next row, or nothing at the end of the file.
   *
   * @throws Seeding.BadSeedFile if the next line cannot be read, with file and line
   */
  @Override
  public Optional<Line> next() {
    for (String line = readLine(); line != null; line = readLine()) {
      number++;
      if (!line.isBlank()) {
        return Optional.of(new Line(number, line.strip()));
      }
    }
    return Optional.empty();
  }

  private String readLine() {
    try {
      return lines.readLine();
    } catch (IOException e) {
      throw new Seeding.BadSeedFile(
          "%s:%d: cannot be read on: %s".formatted(file, number + 1, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new Seeding.BadSeedFile("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
