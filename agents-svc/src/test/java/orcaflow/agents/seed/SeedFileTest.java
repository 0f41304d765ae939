package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedFileTest {

  @TempDir Path folder;

  @Test
  void blankLinesAreNoRowsButAreCounted() throws IOException {
    Path file = Files.writeString(folder.resolve("seeds.jsonl"), "\n a \r\n\n  \nb");
    assertThat(rows(file)).containsExactly(new SeedRows.Line(2, "a"), new SeedRows.Line(5, "b"));
  }

  @Test
  void aFileNamedGzIsUnpacked() throws IOException {
    Path file = Files.write(folder.resolve("seeds.jsonl.gz"), Gzip.packed("a\nb\n"));
    assertThat(rows(file)).containsExactly(new SeedRows.Line(1, "a"), new SeedRows.Line(2, "b"));
  }

  @Test
  void aTruncatedFileIsNamedWithTheLineAfterTheLastWholeOne() throws IOException {
    String text = noise();
    byte[] whole = Gzip.packed(text);
    Path file = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, whole.length * 3 / 4));
    List<SeedRows.Line> rows = new ArrayList<>();
    assertThatThrownBy(() -> readInto(rows, file))
        .isInstanceOf(Seeding.BadSeedFile.class)
        .hasMessageStartingWith(file + ":" + (rows.size() + 1) + ": cannot be read on: ");
    assertThat(rows).isNotEmpty();
  }

  @Test
  void aMissingFileIsOneSentence() {
    Path file = folder.resolve("none.jsonl");
    assertThatThrownBy(() -> SeedFile.open(file))
        .isInstanceOf(Seeding.BadSeedFile.class)
        .hasMessage(file + ": there is no such file");
  }

  @Test
  void whatIsCompressedIsSeenInTheBytesAndNotInTheName() throws IOException {
    Path plain = Files.writeString(folder.resolve("plain.gz"), "{\"question\":\"q\"}");
    assertThat(rows(plain)).containsExactly(new SeedRows.Line(1, "{\"question\":\"q\"}"));
    Path packed = Files.write(folder.resolve("packed.jsonl"), Gzip.packed("a\n"));
    assertThat(rows(packed)).containsExactly(new SeedRows.Line(1, "a"));
  }

  private static List<SeedRows.Line> rows(Path path) {
    List<SeedRows.Line> rows = new ArrayList<>();
    readInto(rows, path);
    return rows;
  }

  private static void readInto(List<SeedRows.Line> rows, Path path) {
    try (SeedRows file = SeedFile.open(path)) {
      for (Optional<SeedRows.Line> row = file.next(); row.isPresent(); row = file.next()) {
        rows.add(row.get());
      }
    }
  }

  /** 100,000 rows that hardly compress, so that the cut comes after a full buffer. */
  private static String noise() {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      text.append(random.nextLong()).append('\n');
    }
    return text.toString();
  }
}
