package orcaflow.trainer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder of checkpoints and reference numbers that lies beside the repository. */
public final class SharedFolder {

  private static final ObjectMapper JSON = new ObjectMapper();

  private SharedFolder() {}

  /** A file or folder in it; the test is skipped, and says so, where it is not. */
  public static Path path(String name) {
    String root = System.getProperty("orcaflow.root", ".");
    Path shared =
        Optional.ofNullable(System.getenv("ORCAFLOW_SHARED"))
            .map(Path::of)
            .orElse(Path.of(root, "../shared"));
    Path path = shared.resolve(name);
    assumeTrue(
        Files.exists(path),
        "SKIPPED: NOT COMPARED WITH THE REFERENCE, because "
            + path
            + " is not there; set ORCAFLOW_SHARED to the folder that holds "
            + name);
    return path;
  }

  public static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static int[] ints(JsonNode node) {
    return JSON.convertValue(node, int[].class);
  }

  public static double[] doubles(JsonNode node) {
    return JSON.convertValue(node, double[].class);
  }

  public static boolean[] booleans(JsonNode node) {
    return JSON.convertValue(node, boolean[].class);
  }
}
