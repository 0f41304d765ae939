package orcaflow.cli.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import orcaflow.agents.seed.SeedRows;
import orcaflow.agents.seed.Seeding;
import orcaflow.cli.Printed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParquetKindTest {

  @TempDir private Path dir;

  @Test
  void rowsAreObjectsWithTheNamesOfTheColumns() throws IOException {
    assertThat(rows(file("problem-solution")))
        .containsExactly(
            "{\"problem\":\"What is 2 times 21?\",\"solution\":\"It is $\\\\boxed{42}$.\","
                + "\"level\":3,\"score\":0.5}");
    assertThat(rows(file("messages")))
        .containsExactly(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"How many legs have 3 dogs?\"},"
                + "{\"role\":\"assistant\",\"content\":\"3 * 4 = 12\\n#### 12\"}]}");
    assertThat(rows(file("plain"))).last().asString().endsWith("\"answer\":null}");
  }

  /** Through the command that a user would ask, with the form that its rows have. */
  @ParameterizedTest
  @CsvSource({
    "question-answer, GSM8K, 2, '2 with a solution and an answer'",
    "problem-solution, problem/solution, 1, '1 with a solution and an answer'",
    "messages, chat messages, 1, '1 with a solution and an answer'",
    "plain, question/answer, 2, '1 with an answer alone, 1 without an answer'"
  })
  void formsAreKnownAsInOtherFiles(String name, String form, int rows, String answers)
      throws IOException {
    Printed printed = Printed.of(List.of("seeds", "check", file(name).toString()));
    assertThat(printed.text())
        .contains("(Parquet): %d rows, %d usable (%d %s)".formatted(rows, rows, rows, form))
        .contains(answers);
    assertThat(printed.status()).isZero();
  }

  @Test
  void aFileInsideGzipIsReadAndLeavesNothingBehind() throws IOException {
    Path packed = dir.resolve("plain.parquet.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(Files.readAllBytes(file("plain")));
    }
    Printed printed = Printed.of(List.of("seeds", "check", packed.toString()));
    assertThat(printed.text()).contains("(Parquet, gzip): 2 rows, 2 usable");
  }

  @Test
  void whatCannotBeReadIsOneSentenceWithTheFile() throws IOException {
    byte[] whole = Files.readAllBytes(file("question-answer"));
    Path cut = Files.write(dir.resolve("cut.parquet"), Arrays.copyOf(whole, whole.length / 2));
    Printed printed = Printed.of(List.of("seeds", "check", cut.toString()));
    assertThat(printed.text())
        .startsWith("orcaflow: %s: cannot be read: ".formatted(cut))
        .contains("is not a Parquet file");
    assertThat(printed.text().lines()).hasSize(1);
    assertThat(printed.status()).isEqualTo(2);

    assertThatThrownBy(() -> rows(file("brotli")))
        .isInstanceOf(IOException.class)
        .hasMessage("its pages are packed with BROTLI: write it with snappy, gzip or zstd");
  }

  /** Each byte of a page broken once: a sentence or rows, never another failure. */
  @Test
  void brokenBytesEndWithASentence() throws IOException {
    byte[] whole = Files.readAllBytes(file("question-answer"));
    int sentences = 0;
    for (int at = 4; at < whole.length; at += 3) {
      byte[] broken = whole.clone();
      broken[at] ^= 0x55;
      Path file = Files.write(dir.resolve("broken.parquet"), broken);
      try {
        rows(file);
      } catch (Seeding.BadSeedFile | IOException e) {
        assertThat(e.getMessage()).isNotBlank();
        sentences++;
      }
    }
    assertThat(sentences).isPositive();
  }

  private Path file(String name) throws IOException {
    Path file = dir.resolve(name + ".parquet");
    try (InputStream in =
        ParquetKindTest.class.getResourceAsStream("/orcaflow/parquet/" + name + ".parquet")) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private static List<String> rows(Path file) throws IOException {
    List<String> texts = new ArrayList<>();
    try (SeedRows rows = new ParquetKind().open(file, Files.newInputStream(file))) {
      for (Optional<SeedRows.Line> row = rows.next(); row.isPresent(); row = rows.next()) {
        texts.add(row.get().text());
      }
    }
    return texts;
  }
}
