package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFolderTest {

  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final String ROW = "{\"question\": \"%s?\", \"answer\": \"1\"}\n";

  @TempDir Path dir;
  private final List<String> said = new ArrayList<>();
  private long now;

  @Test
  void aFileIsReadOnceItHasBeenQuietForAWhile() throws IOException {
    WatchedFolder folder = folder();
    assertThat(rows(folder)).isEmpty();

    write("one.jsonl", "A");
    assertThat(rows(folder)).isEmpty();
    after(1);
    append("one.jsonl", "B");
    assertThat(rows(folder)).isEmpty();
    after(1);
    assertThat(rows(folder)).as("it changed a second ago").isEmpty();
    after(1);
    assertThat(rows(folder)).containsExactly("one.jsonl:1 A", "one.jsonl:2 B");
    after(10);
    assertThat(rows(folder)).isEmpty();
    assertThat(said).isEmpty();
  }

  @Test
  void filesThatComeLaterAndInFoldersBelowAreReadToo() throws IOException {
    write("b.jsonl", "B");
    write("a.csv", "");
    Files.writeString(dir.resolve("a.csv"), "question,answer\nA?,1\n");
    WatchedFolder folder = folder();
    rows(folder);
    after(2);
    assertThat(rows(folder)).containsExactly("a.csv:2 A", "b.jsonl:1 B");

    Files.createDirectory(dir.resolve("more"));
    write("more/c.jsonl", "C");
    write(".hidden.jsonl", "H");
    write("notes.txt", "N");
    after(1);
    rows(folder);
    after(2);
    assertThat(rows(folder)).containsExactly("more/c.jsonl:1 C");
  }

  @Test
  void aFileThatCannotBeReadIsSaidAndTheOthersAreRead() throws IOException {
    Files.write(dir.resolve("bad.jsonl"), new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0});
    write("good.jsonl", "G");
    WatchedFolder folder = folder();
    rows(folder);
    after(2);

    assertThat(rows(folder)).containsExactly("good.jsonl:1 G");
    assertThat(said).containsExactly(dir.resolve("bad.jsonl") + ": is UTF-16: save it as UTF-8");
  }

  @Test
  void aFileThatChangesAfterItWasReadIsSaidOnce() throws IOException {
    write("one.jsonl", "A");
    WatchedFolder folder = folder();
    rows(folder);
    after(2);
    assertThat(rows(folder)).hasSize(1);

    append("one.jsonl", "B");
    for (int i = 0; i < 3; i++) {
      after(3);
      assertThat(rows(folder)).isEmpty();
    }
    assertThat(said)
        .containsExactly(
            dir.resolve("one.jsonl")
                + ": has changed since it was read: what is new in it is read at the next start");
    WatchedFolder next = folder();
    rows(next);
    after(2);
    assertThat(rows(next)).containsExactly("one.jsonl:1 A", "one.jsonl:2 B");
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    Path missing = dir.resolve("missing");
    assertThatThrownBy(() -> new WatchedFolder(missing, QUIET, said::add))
        .hasMessage(missing + ": there is no such folder");
  }

  private WatchedFolder folder() {
    return new WatchedFolder(dir, QUIET, said::add, () -> now);
  }

  private void after(long seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  private List<String> rows(WatchedFolder folder) {
    List<String> rows = new ArrayList<>();
    for (Optional<SeedRows.Line> row = folder.next(); row.isPresent(); row = folder.next()) {
      rows.add(
          "%s:%d %s"
              .formatted(
                  dir.relativize(Path.of(row.get().file().orElseThrow())),
                  row.get().number(),
                  row.get().text().replaceFirst(".*\"question\" ?: ?\"(.*?)\\?.*", "$1")));
    }
    return rows;
  }

  private void write(String name, String question) throws IOException {
    Files.writeString(dir.resolve(name), ROW.formatted(question));
  }

  private void append(String name, String question) throws IOException {
    Files.writeString(dir.resolve(name), ROW.formatted(question), StandardOpenOption.APPEND);
  }
}
