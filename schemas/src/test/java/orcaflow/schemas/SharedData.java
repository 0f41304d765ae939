package orcaflow.schemas;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Public word-problem data that lies beside the repository, not in it. */
public final class SharedData {

  private static final JsonMapper JSON = new JsonMapper();

  private SharedData() {}

  /** Rows of a JSONL file, plain or gzip; without the file the test is skipped and says so. */
  public static List<JsonNode> rows(String name) throws IOException {
    Path file = folder().resolve("datasets").resolve(name);
    assumeTrue(
        Files.exists(file),
        () -> "SKIPPED, NOT PASSED: %s is not there; set ORCAFLOW_SHARED".formatted(file));
    List<JsonNode> rows = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(file);
        InputStream text = name.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(JSON.readTree(line));
      }
    }
    return rows;
  }

  private static Path folder() {
    return Optional.ofNullable(System.getenv("ORCAFLOW_SHARED"))
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("orcaflow.root", "."), "../shared"));
  }
}
