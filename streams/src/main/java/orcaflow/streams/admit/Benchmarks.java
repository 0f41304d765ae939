package orcaflow.streams.admit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import orcaflow.schemas.Ids;

/**
 * The questions of the benchmark files, by problem id, so that an equal candidate is recognised.
 * Files are JSON Lines, gzipped or not, each row with a {@code question}.
 */
public final class Benchmarks {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The different questions by problem id, in the order of the files. */
  private final Map<String, BenchmarkQuestion> asked;

  private Benchmarks(Map<String, BenchmarkQuestion> asked) {
    this.asked = Collections.unmodifiableMap(asked);
  }

  /**
   * A question of a benchmark.
   *
   * @param place file, line and the row's id if it has one
   */
  record BenchmarkQuestion(String place, String question) {}

  /** A benchmark cannot be used; the message is one sentence. */
  public static final class BadBenchmark extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadBenchmark(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads every row of every file.
   *
   * @throws BadBenchmark naming file and line, because a skipped row would be a gap in the gate
   */
  public static Benchmarks read(List<Path> files) {
    Map<String, BenchmarkQuestion> asked = new LinkedHashMap<>();
    for (Path file : files) {
      readFile(file, asked);
    }
    return new Benchmarks(asked);
  }

  /** Where a benchmark has an equal question: file, line and the row's id if it has one. */
  public Optional<String> find(String question) {
    return asked.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(asked.get(Ids.problem(question))).map(BenchmarkQuestion::place);
  }

  /** The different questions, in the order of the files. */
  List<BenchmarkQuestion> all() {
    return List.copyOf(asked.values());
  }

  /** Number of different questions. */
  public int size() {
    return asked.size();
  }

  private static void readFile(Path file, Map<String, BenchmarkQuestion> asked) {
    try (BufferedReader rows = open(file)) {
      int line = 0;
      for (String row = rows.readLine(); row != null; row = rows.readLine()) {
        line++;
        if (!row.isBlank()) {
          addRow("%s:%d".formatted(file.getFileName(), line), row, asked);
        }
      }
    } catch (IOException e) {
      throw new BadBenchmark("benchmark %s cannot be read: %s".formatted(file, e), e);
    }
  }

  private static void addRow(String place, String row, Map<String, BenchmarkQuestion> asked) {
    try {
      JsonNode tree = JSON.readTree(row);
      String question = tree.path("question").asText();
      if (question.isBlank()) {
        throw new BadBenchmark("benchmark %s: 'question' is missing".formatted(place), null);
      }
      String id = tree.path("id").asText();
      asked.putIfAbsent(
          Ids.problem(question),
          new BenchmarkQuestion(id.isEmpty() ? place : "%s (%s)".formatted(place, id), question));
    } catch (JsonProcessingException e) {
      throw new BadBenchmark(
          "benchmark %s: not JSON: %s".formatted(place, e.getOriginalMessage()), e);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
    return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
  }
}
