package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import orcaflow.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedsCommandTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void saysFormAndCountsAndTheFirstBadRows() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "problem,final\nq,2\nr,proof\n");
    assertThat(
            orcaflow(
                "seeds", "check", file.toString(), "--columns", "question=problem,answer=final"))
        .isEqualTo(1);
    assertThat(out)
        .hasToString(
            """
            a.csv (CSV): 2 rows, 1 usable (1 columns question=problem,answer=final), 1 bad
            0 with a solution and an answer, 1 with an answer alone, 0 without an answer
              bad row %s:3: the answer is 'proof': there is nothing to compare with
            """
                .formatted(file.toRealPath()));
  }

  @Test
  void aRunWhoseRowsAreAllBadIsRefusedBeforeAnythingIsStarted() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"Question\":\"q\"}\n");
    assertThat(
            orcaflow(
                "run",
                "--teacher",
                "gold",
                "--seeds",
                file.toString(),
                "--dir",
                folder.resolve("run").toString()))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains(": none of its 1 rows can be used, so nothing is started; the first: ")
        .contains("the row has no question; its keys are Question");
    assertThat(folder.resolve("run/run.json")).doesNotExist();
  }

  @Test
  void columnsThatCannotBeReadAreOneSentence() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "question\nq\n");
    assertThat(orcaflow("seeds", "check", file.toString(), "--columns", "q=x")).isEqualTo(2);
    assertThat(err.toString()).startsWith("orcaflow: --columns has 'q=x': give question=COLUMN");
  }

  private int orcaflow(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
