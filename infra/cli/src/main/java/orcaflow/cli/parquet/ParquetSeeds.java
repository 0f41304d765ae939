package orcaflow.cli.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.CloseableIterator;
import com.jerolba.carpet.io.FileSystemInputFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import orcaflow.agents.seed.SeedRows;
import orcaflow.agents.seed.Seeding;

/** Rows of a Parquet file as JSON objects, with the names of its columns. */
final class ParquetSeeds implements SeedRows {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Path named;
  private final Optional<Path> temporary;
  private final CloseableIterator<Map<String, Object>> rows;
  private long row;

  /**
   * @param named the file as people know it
   * @param file where its bytes are
   * @param temporary what is deleted at the end
   */
  ParquetSeeds(Path named, Path file, Optional<Path> temporary) throws IOException {
    this.named = named;
    this.temporary = temporary;
    this.rows = open(file);
  }

  private static CloseableIterator<Map<String, Object>> open(Path file) throws IOException {
    @SuppressWarnings({"unchecked", "rawtypes"}) // the names are those of the columns
    CarpetReader.Builder<Map<String, Object>> reader =
        new CarpetReader.Builder(new FileSystemInputFile(file.toFile()), Map.class);
    try {
      return reader.withCodecFactory(new PageCodecs()).build().iterator();
    } catch (RuntimeException e) {
      throw new IOException(sentence(e), e);
    }
  }

  @Override
  public Optional<Line> next() {
    try {
      if (!rows.hasNext()) {
        return Optional.empty();
      }
      row++;
      return Optional.of(new Line(row, JSON.writeValueAsString(node(rows.next()))));
    } catch (JsonProcessingException | RuntimeException e) {
      throw new Seeding.BadSeedFile(
          "%s: row %d cannot be read: %s".formatted(named, Math.max(1, row), sentence(e)), e);
    }
  }

  /** Dates, times and bytes become texts; no column of a known form has them. */
  private static JsonNode node(Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    if (value instanceof Map<?, ?> fields) {
      ObjectNode object = NODES.objectNode();
      fields.forEach((name, each) -> object.set(String.valueOf(name), node(each)));
      return object;
    }
    if (value instanceof Iterable<?> all) {
      ArrayNode array = NODES.arrayNode();
      all.forEach(each -> array.add(node(each)));
      return array;
    }
    if (value instanceof Boolean truth) {
      return NODES.booleanNode(truth);
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number) ? NODES.numberNode(number) : NODES.nullNode();
    }
    if (value instanceof BigDecimal || value instanceof BigInteger) {
      return NODES.numberNode(new BigDecimal(value.toString()));
    }
    return value instanceof Number number
        ? NODES.numberNode(number.longValue())
        : NODES.textNode(value.toString());
  }

  /** The innermost cause says most: the outer ones name our classes and its. */
  private static String sentence(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.toString() : message.lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    try {
      rows.close();
      if (temporary.isPresent()) {
        Files.deleteIfExists(temporary.get());
      }
    } catch (IOException e) {
      throw new Seeding.BadSeedFile("%s: cannot be closed: %s".formatted(named, e.getMessage()), e);
    }
  }
}
