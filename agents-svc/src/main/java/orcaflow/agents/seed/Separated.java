package orcaflow.agents.seed;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** CSV or TSV with a line of names. A row that has more cells than there are names is a bad one. */
final class Separated extends TextFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final MappingIterator<String[]> cells;
  private final List<String> names;
  private long line = 1;

  /**
   * By its name, or by a first line that names a question.
   *
   * @param separator between cells
   * @param suffix of such files
   */
  record Kind(String name, char separator, String suffix) implements FileKind {
    private static final Pattern NAMES =
        Pattern.compile("(?i)\"?(s?question|problem|prompt|instruction|body|input)\"?");

    @Override
    public boolean is(String file, String head) {
      return file.endsWith("." + suffix) || !file.endsWith(".jsonl") && isHeader(head);
    }

    private boolean isHeader(String head) {
      String[] names =
          head.lines().findFirst().orElse("").split(Pattern.quote(String.valueOf(separator)));
      return names.length > 1
          && Arrays.stream(names).anyMatch(each -> NAMES.matcher(each.strip()).matches());
    }

    @Override
    public SeedRows open(Path file, InputStream bytes) throws IOException {
      return new Separated(this, file, bytes);
    }
  }

  private Separated(Kind kind, Path file, InputStream bytes) throws IOException {
    super(file, bytes, "whole " + kind.name());
    cells =
        new CsvMapper()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .readerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(kind.separator()))
            .readValues(text);
    names =
        cells.hasNextValue()
            ? Arrays.stream(cells.nextValue()).map(String::strip).toList()
            : List.of();
    Set<String> once = new HashSet<>();
    for (String name : names) {
      if (!once.add(name)) {
        throw new IOException("the column %s is there twice".formatted(name));
      }
    }
  }

  @Override
  Optional<Line> row() throws IOException {
    line = cells.getParser().currentLocation().getLineNr();
    if (!cells.hasNextValue()) {
      return Optional.empty();
    }
    String[] row = cells.nextValue();
    ObjectNode object = JSON.createObjectNode();
    for (int i = 0; i < Math.min(row.length, names.size()); i++) {
      object.put(names.get(i), row[i]);
    }
    String said = JSON.writeValueAsString(object);
    return Optional.of(
        row.length > names.size()
            ? Line.bad(
                line,
                said,
                "the row has %d cells, and there are %d columns"
                    .formatted(row.length, names.size()))
            : new Line(line, said));
  }

  @Override
  long line() {
    return line;
  }
}
