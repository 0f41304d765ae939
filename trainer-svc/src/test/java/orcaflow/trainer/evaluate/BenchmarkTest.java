package orcaflow.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import orcaflow.schemas.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkTest {

  private static final String ROWS =
      """
      {"id":"a","question":"How many?","answer":"3"}

      {"question":"How much?","answer":4,"source":"x"}
      """;

  @TempDir Path dir;

  @Test
  void readsRowsAndGivesIdsToThoseWithout() throws IOException {
    Benchmark benchmark = Benchmark.read(Files.writeString(dir.resolve("b.jsonl"), ROWS));

    assertThat(benchmark.items())
        .containsExactly(
            new Benchmark.Item("a", "How many?", "3"),
            new Benchmark.Item(Ids.problem("How much?"), "How much?", "4"));
    assertThat(benchmark.name()).matches("b\\.jsonl@[0-9a-f]{12}");
  }

  @Test
  void readsGzip() throws IOException {
    Path file = dir.resolve("b.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(ROWS.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(Benchmark.read(file).items()).hasSize(2);
  }

  @Test
  void namesFileLineAndKeyOfWhatIsWrong() throws IOException {
    Path file = dir.resolve("b.jsonl");

    Files.writeString(file, "{\"question\":\"q\",\"answer\":\"1\"}\n{\"question\":\"q\"}\n");
    assertThatThrownBy(() -> Benchmark.read(file))
        .hasMessage(file + ":2: 'answer' is missing or empty");

    Files.writeString(file, "{\"question\":");
    assertThatThrownBy(() -> Benchmark.read(file)).hasMessageStartingWith(file + ":1: not JSON");

    Files.writeString(file, "\n");
    assertThatThrownBy(() -> Benchmark.read(file))
        .hasMessage(file + ": there are no questions in it");

    Path absent = dir.resolve("absent.jsonl");
    assertThatThrownBy(() -> Benchmark.read(absent)).hasMessage(absent + ": there is no such file");
  }
}
