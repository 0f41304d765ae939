package orcaflow.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;

/** Numbers that other implementations computed; {@code reference/README.md} says which. */
public final class ReferenceFiles {

  private static final JsonMapper JSON = new JsonMapper();

  private ReferenceFiles() {}

  /** A file of the test resources below {@code reference/}. */
  public static Path path(String name) {
    return Path.of(URI.create(ReferenceFiles.class.getResource("/reference/" + name).toString()));
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
