package orcaflow.agents.seed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Rows of a text whose rows are not its lines. What is not UTF-8 ends it with a sentence. */
abstract class TextFile implements SeedRows {

  final Path file;
  final Reader text;
  private final String kind;

  TextFile(Path file, InputStream bytes, String kind) throws IOException {
    this.file = file;
    this.kind = kind;
    // A decoder of its own: a reader made from a charset alone replaces what is bad.
    text =
        new BufferedReader(
            new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
  }

  /** The next row; nothing at the end. */
  abstract Optional<Line> row() throws IOException;

  /** Line of the next row, from 1. */
  abstract long line();

  @Override
  public final Optional<Line> next() {
    try {
      return row();
    } catch (CharacterCodingException e) {
      throw new Seeding.BadSeedFile(
          "%s: not UTF-8 at line %d or soon after".formatted(file, line()), e);
    } catch (IOException e) {
      String why = e.getMessage().lines().findFirst().orElse("").replaceFirst(" at \\[.*", "");
      throw new Seeding.BadSeedFile("%s:%d: not %s: %s".formatted(file, line(), kind, why), e);
    }
  }

  @Override
  public final void close() {
    try {
      text.close();
    } catch (IOException e) {
      throw new Seeding.BadSeedFile("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
