package orcaflow.agents.seed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A JSON array of objects, also as the value of {@code Instances}, {@code data} or {@code rows} of
 * one object. The text of a row is as it stands in the file, so that one row that is no JSON ends
 * nothing.
 */
final class JsonArray extends TextFile {

  private static final Pattern ARRAY = Pattern.compile("\\s*\\[\\s*[{\\]].*", Pattern.DOTALL);

  private static final Pattern WRAPPED =
      Pattern.compile("\"(?:Instances|instances|data|rows|examples)\"\\s*:\\s*\\[\\s*\\{");

  private static final int END = -1;

  /** A row that is longer has an end that is missing. */
  private static final int MOST_CHARACTERS = 1 << 22;

  private long line = 1;
  private long depth;
  private boolean ended;

  /** By its first character, or by the name of its array. */
  record Kind() implements FileKind {
    @Override
    public String name() {
      return "JSON array";
    }

    @Override
    public boolean is(String name, String head) {
      return ARRAY.matcher(head).matches()
          || head.stripLeading().startsWith("{") && WRAPPED.matcher(head).find();
    }

    @Override
    public SeedRows open(Path file, InputStream bytes) throws IOException {
      return new JsonArray(file, bytes);
    }
  }

  private JsonArray(Path file, InputStream bytes) throws IOException {
    super(file, bytes, "a whole JSON array");
    toTheArray();
  }

  /** Up to the bracket that is followed by the first row. */
  private void toTheArray() throws IOException {
    boolean bracket = false;
    for (int next = take(); next != END; next = take()) {
      if (next == '[') {
        bracket = true;
      } else if (bracket && (next == '{' || next == ']')) {
        text.reset();
        return;
      } else if (!Character.isWhitespace(next)) {
        bracket = false;
      }
      text.mark(1);
    }
    ended = true;
  }

  @Override
  Optional<Line> row() throws IOException {
    while (!ended) {
      int next = take();
      if (next == END) {
        throw new IOException("its end is missing");
      }
      if (next == ']') {
        ended = true;
      } else if (next != ',' && !Character.isWhitespace(next)) {
        long begin = line;
        return Optional.of(new Line(begin, element((char) next)));
      }
    }
    return Optional.empty();
  }

  /** One element: an object to its end, anything else to the comma. */
  private String element(char first) throws IOException {
    StringBuilder row = new StringBuilder().append(first);
    depth = first == '{' || first == '[' ? 1 : 0;
    boolean quoted = first == '"';
    while (row.length() < MOST_CHARACTERS) {
      text.mark(1);
      int next = take();
      if (next == END) {
        throw new IOException("its end is missing");
      }
      if (!quoted && depth == 0 && (next == ',' || next == ']')) {
        text.reset();
        return row.toString().strip();
      }
      row.append((char) next);
      if (quoted && next == '\\') {
        row.append((char) take());
      } else if (next == '"') {
        quoted = !quoted;
      } else if (!quoted) {
        depth += next == '{' || next == '[' ? 1 : next == '}' || next == ']' ? -1 : 0;
      }
    }
    throw new IOException("a row has no end");
  }

  private int take() throws IOException {
    int next = text.read();
    line += next == '\n' ? 1 : 0;
    return next;
  }

  @Override
  long line() {
    return line;
  }
}
