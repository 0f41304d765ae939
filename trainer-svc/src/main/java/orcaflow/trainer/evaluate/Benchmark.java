package orcaflow.trainer.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import orcaflow.schemas.Ids;
import orcaflow.schemas.alike.Families;

/**
 * Questions with known answers.
 *
 * @param name file name@hash of its bytes: another file is another benchmark
 */
public record Benchmark(String name, List<Item> items) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FEWEST_FAMILIES = 30;

  /** One question. */
  public record Item(String id, String question, String answer) {}

  public Benchmark {
    items = List.copyOf(items);
  }

  /**
   * For each question the place of the first one of its family: variants of one problem. With fewer
   * than {@value #FEWEST_FAMILIES} families each question is one of its own: a benchmark of a few
   * templates is about these, and no interval can be clustered by so few (A. C. Cameron, J. B.
   * Gelbach and D. L. Miller, "Bootstrap-based improvements for inference with clustered errors",
   * Review of Economics and Statistics 90 (2008)).
   */
  public int[] families() {
    int[] families = Families.of(items.stream().map(Item::question).toList());
    return IntStream.of(families).distinct().count() < FEWEST_FAMILIES
        ? IntStream.range(0, families.length).toArray()
        : families;
  }

  /**
   * Reads JSONL, gzipped where the name ends in {@code .gz}; blank lines are skipped. A row without
   * {@code id} gets the id of its question.
   *
   * @throws IllegalArgumentException naming the file, line and key that is wrong
   */
  public static Benchmark read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      List<Item> items = new ArrayList<>();
      int line = 0;
      for (String text : text(file, bytes).split("\n")) {
        line++;
        if (!text.isBlank()) {
          items.add(item(file, line, text));
        }
      }
      if (items.isEmpty()) {
        throw new IllegalArgumentException("%s: there are no questions in it".formatted(file));
      }
      return new Benchmark(Ids.named(file.getFileName().toString(), Ids.contentHash(bytes)), items);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("%s: there is no such file".formatted(file), e);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static String text(Path file, byte[] bytes) throws IOException {
    if (!file.toString().endsWith(".gz")) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Item item(Path file, int line, String text) {
    JsonNode row;
    try {
      row = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s:%d: not JSON: %s".formatted(file, line, e.getOriginalMessage()), e);
    }
    String question = value(file, line, row, "question");
    String id = row.path("id").asText("");
    return new Item(
        id.isBlank() ? Ids.problem(question) : id, question, value(file, line, row, "answer"));
  }

  private static String value(Path file, int line, JsonNode row, String key) {
    JsonNode value = row.path(key);
    if (!value.isTextual() && !value.isNumber() || value.asText().isBlank()) {
      throw new IllegalArgumentException(
          "%s:%d: '%s' is missing or empty".formatted(file, line, key));
    }
    return value.asText();
  }
}
