package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import orcaflow.cli.Main;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ContaminationCommandTest {

  @TempDir private Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String benchmark;
  private String corpus;

  @BeforeEach
  void writeFiles() throws Exception {
    benchmark =
        Files.writeString(
                dir.resolve("b.jsonl"),
                "{\"id\":\"q1\",\"question\":\"Ann has 12 apples and eats 5. How many are left?\"}\n")
            .toString();
    corpus =
        Files.writeString(
                dir.resolve("c.jsonl"),
                "{\"question\":\"Bob has 9 dogs.\"}\n"
                    + "{\"question\":\"Ann has 12 apples and eats 5! How many are left?\"}\n")
            .toString();
  }

  @Test
  void printsATableForPeople() {
    assertThat(run("--benchmark", benchmark, "--corpus", corpus)).isZero();
    assertThat(out.toString())
        .contains("1 questions against 2 problems of " + corpus + "; 1 pairs compared")
        .containsPattern("(?m)^n = 1 +1 +1$")
        .containsPattern("(?m)^exact copies +1 +1$")
        .containsPattern("(?m)^q1 +1  line 2 +1.000  1.00 1.00 .* exact$");
  }

  @Test
  void writesThePairsWhole() throws Exception {
    Path pairs = dir.resolve("pairs.jsonl");
    assertThat(run("--benchmark", benchmark, "--corpus", corpus, "--pairs", pairs.toString()))
        .isZero();
    assertThat(Files.readString(pairs))
        .isEqualTo(
            "{\"benchmarkId\":\"q1\",\"benchmarkLine\":1,\"corpusId\":\"line 2\",\"cosine\":1.0,"
                + "\"jaccard\":[1.0,1.0,1.0,1.0,1.0,1.0,1.0],\"exact\":true}\n");
    assertThat(dir.resolve("pairs.jsonl.part")).doesNotExist();
  }

  @Test
  void badInputIsOneSentenceAndStatusTwo() throws Exception {
    Path bad = Files.writeString(dir.resolve("bad.jsonl"), "{\"question\":\"A?\"}\n{\"q\":1}\n");
    assertThat(run("--benchmark", bad.toString(), "--corpus", corpus)).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("orcaflow: %s:2: question is missing, not a text%n".formatted(bad));
  }

  @Test
  void aPlaceForPairsThatCannotBeIsRefusedBeforeTheWork() {
    assertThat(
            run(
                "--benchmark",
                benchmark,
                "--corpus",
                corpus,
                "--pairs",
                dir.resolve("no/p").toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--pairs").contains("not a file in a folder that exists");
    assertThat(out.toString()).isEmpty();
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 1];
    all[0] = "contamination";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return command.execute(all);
  }
}
