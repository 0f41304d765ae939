package orcaflow.cli.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import orcaflow.trainer.evaluate.Benchmark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkFileTest {

  @TempDir Path dir;
  private final List<String> said = new ArrayList<>();

  @Test
  void aFileOfOurFormStaysAsItIs() throws IOException {
    String row = "{\"id\": \"own-1\", \"question\": \"What is 1 + 1?\", \"answer\": 2}\n";
    Path plain = Files.writeString(dir.resolve("own.jsonl"), row);
    Path packed = dir.resolve("own.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(row.getBytes(StandardCharsets.UTF_8));
    }

    assertThat(of(plain)).isEqualTo(plain);
    assertThat(of(packed)).isEqualTo(packed);
    assertThat(said).isEmpty();
  }

  @Test
  void theRowsOfGsm8kBecomeQuestionsWithTheirNumbers() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("test.jsonl"),
            """
            {"question": "Ann has 3 pens and gets 4. How many?", "answer": "3+4=<<3+4=7>>7\\n#### 7"}
            {"question": "Ben has 3 pens. How many?", "answer": "He has 3.\\n#### 3"}
            {"question": "Ann has 3 pens and gets 4. How many?", "answer": "3+4=<<3+4=7>>7\\n#### 7"}
            """);

    Benchmark read = Benchmark.read(of(file));

    assertThat(read.name()).startsWith("benchmark-of-test.jsonl@");
    assertThat(read.items()).extracting(Benchmark.Item::answer).containsExactly("7", "3");
    assertThat(said)
        .containsExactly(
            "test.jsonl is the benchmark: 2 questions (JSON Lines; GSM8K) of 3 rows;"
                + " 0 are bad, 0 have no answer");
  }

  @Test
  void otherKindsOfFilesAreReadAndWhatIsLeftOutIsSaid() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("set.csv"), "question,answer\nWhat is 2 + 2?,4\nWhat is it?,\n,5\n");

    Benchmark read = Benchmark.read(of(file));

    assertThat(read.items())
        .extracting(Benchmark.Item::question, Benchmark.Item::answer)
        .containsExactly(tuple("What is 2 + 2?", "4"));
    assertThat(said)
        .singleElement()
        .asString()
        .startsWith("set.csv is the benchmark: 1 questions (CSV; question/answer) of 3 rows;")
        .contains("1 are bad, 1 have no answer; first: ")
        .contains("set.csv");
  }

  @Test
  void noBenchmarkWithoutAnswers() throws IOException {
    Path file = Files.writeString(dir.resolve("open.csv"), "question,answer\nWhat is it?,\n");

    assertThatThrownBy(() -> of(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": none of its 1 rows has a question and an answer");
  }

  private Path of(Path file) throws IOException {
    return BenchmarkFile.of(file, dir.resolve("run"), said::add);
  }
}
