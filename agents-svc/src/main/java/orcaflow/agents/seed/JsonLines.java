package orcaflow.agents.seed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * JSON Lines. Blank lines are no rows, and lines end at a line feed, a carriage return or both:
 * other separators of Unicode belong to the text. A line that is not UTF-8 is a bad row, and a byte
 * order mark before the first one is no part of it.
 */
final class JsonLines implements SeedRows {

  /** What is left of a line that nobody ends. */
  private static final int MOST_BYTES = 1 << 22;

  /** Nothing was read ahead. */
  private static final int NONE = -2;

  private static final int END = -1;

  private final Path file;
  private final InputStream bytes;
  private long number;
  private int ahead = NONE;

  /** Takes every file that nothing else takes. */
  record Kind() implements FileKind {
    @Override
    public String name() {
      return "JSON Lines";
    }

    @Override
    public boolean is(String name, String head) {
      return true;
    }

    @Override
    public SeedRows open(Path file, InputStream bytes) {
      return new JsonLines(file, bytes);
    }
  }

  private JsonLines(Path file, InputStream bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /**
   * The next row, or nothing at the end of the file.
   *
   * @throws Seeding.BadSeedFile if the next line cannot be read, with file and line
   */
  @Override
  public Optional<Line> next() {
    try {
      while (peek() != END) {
        byte[] line = line();
        number++;
        Line row = row(line);
        if (!row.text().isEmpty()) {
          return Optional.of(row);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new Seeding.BadSeedFile(
          "%s:%d: cannot be read on: %s".formatted(file, number + 1, e.getMessage()), e);
    }
  }

  private Line row(byte[] line) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      return new Line(number, (number == 1 ? withoutMark(text) : text).strip());
    } catch (CharacterCodingException e) {
      String text = new String(line, StandardCharsets.UTF_8).strip();
      return Line.bad(number, text, "the row is not UTF-8");
    }
  }

  static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Up to the end of the line, which is taken, too. */
  private byte[] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    int next = take();
    for (; next != '\n' && next != '\r' && next != END; next = take()) {
      if (line.size() < MOST_BYTES) {
        line.write(next);
      }
    }
    if (next == '\r' && peek() == '\n') {
      take();
    }
    return line.toByteArray();
  }

  private int peek() throws IOException {
    if (ahead == NONE) {
      ahead = bytes.read();
    }
    return ahead;
  }

  private int take() throws IOException {
    int next = peek();
    ahead = next == END ? END : NONE;
    return next;
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      throw new Seeding.BadSeedFile("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
