package orcaflow.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  void variantsOfAProblemAreAFamilyUnlessThereAreFewFamilies() {
    Benchmark many = benchmark(40);
    Benchmark few = benchmark(10);

    assertThat(many.families()).hasSize(80).startsWith(0, 0, 2, 2, 4, 4);
    assertThat(few.families()).hasSize(20).startsWith(0, 1, 2, 3);
  }

  /** Two variants of each of some problems, which differ in words. */
  private static Benchmark benchmark(int problems) {
    List<Benchmark.Item> items = new ArrayList<>();
    for (int i = 0; i < 2 * problems; i++) {
      String word =
          "abcdefghijklmnopqrstuvwxyz".charAt(i / 2 % 26) + "abc".substring(0, i / 52 + 1);
      String question =
          "The %1$sa %1$sb %1$sc has %2$d %1$sd and %1$se. How many %1$sf %1$sg?"
              .formatted(word, i);
      items.add(new Benchmark.Item("q" + i, question, "1"));
    }
    return new Benchmark("b@1", items);
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
