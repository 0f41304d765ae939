package orcaflow.testing;

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

/**
 * Data sets and checkpoints of others, in a folder beside the repository: the folder that {@code
 * ORCAFLOW_SHARED} names, else {@code ../shared}. A test that needs a missing file is skipped.
 */
public final class SharedFolder {

  private static final JsonMapper JSON = new JsonMapper();

  private SharedFolder() {}

  /** A file or folder of the shared folder; skips the test where it is missing. */
  public static Path path(String name) {
    Path path = root().resolve(name);
    assumeTrue(
        Files.exists(path),
        () -> "%s is not there; set ORCAFLOW_SHARED to the folder that holds it".formatted(path));
    return path;
  }

  /** Rows of a JSON Lines file in {@code datasets/}, plain or gzip; skips the test without it. */
  public static List<JsonNode> rows(String name) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(path("datasets/" + name));
        InputStream text = name.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(JSON.readTree(line));
      }
    }
    return rows;
  }

  private static Path root() {
    return Optional.ofNullable(System.getenv("ORCAFLOW_SHARED"))
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("orcaflow.root", "."), "../shared"));
  }
}
