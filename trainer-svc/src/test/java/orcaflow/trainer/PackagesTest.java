package orcaflow.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packages of the trainer use one another in one direction. */
class PackagesTest {

  private static final Path SOURCES = Path.of("src/main/java/orcaflow/trainer");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?orcaflow\\.trainer\\.([a-z]+)\\.");

  private static final Map<String, List<String>> MAY_USE =
      Map.of(
          "torch", List.of(),
          "log", List.of(),
          "tokenizer", List.of("torch"),
          "model", List.of("torch", "tokenizer"),
          "learn", List.of("torch", "tokenizer", "model"),
          "objective", List.of("log", "tokenizer", "model", "learn"),
          "train", List.of("torch", "log", "tokenizer", "model", "learn", "objective", "evaluate"),
          "generate", List.of("torch", "tokenizer", "model"),
          "serve", List.of("log", "tokenizer", "model", "generate"),
          "evaluate", List.of("log", "tokenizer", "model", "generate"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch",
        "log",
        "tokenizer",
        "model",
        "learn",
        "objective",
        "train",
        "generate",
        "serve",
        "evaluate",
      })
  void arrowsPointOneWay(String name) throws IOException {
    Set<String> used = new TreeSet<>();
    try (Stream<Path> files = Files.list(SOURCES.resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Matcher imported = IMPORT.matcher(Files.readString(file));
        while (imported.find()) {
          used.add(imported.group(1));
        }
      }
    }
    used.remove(name);

    assertThat(MAY_USE.get(name)).as(name).containsAll(used);
  }
}
