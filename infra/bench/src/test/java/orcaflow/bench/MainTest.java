package orcaflow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {

  @TempDir private Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** A benchmark of given outcomes. */
  private record Given(String name, Measured measured) implements Benchmark {
    interface Measured {
      List<Measure> by(Context context) throws Exception;
    }

    @Override
    public String about() {
      return "100 % given";
    }

    @Override
    public List<Measure> run(Context context) throws Exception {
      return measured.by(context);
    }
  }

  private static final Benchmark FAST =
      new Given(
          "fast",
          c -> List.of(Measure.atLeast(2, "speed", Spread.of(3, 1, 2), "ratio", "a peer 1.0")));
  private static final Benchmark SLOW =
      new Given(
          "slow", c -> List.of(Measure.atLeast(2, "speed", Spread.of(1.9), "ratio", "a peer 1.0")));
  private static final Benchmark HEAVY =
      new Given(
          "heavy", c -> List.of(Measure.atMost(1.02, "growth", Spread.of(1.03), "ratio", "")));
  private static final Benchmark STUCK =
      new Given(
          "stuck",
          c -> {
            throw new CannotMeasure("the peers are not to be had");
          });

  @Test
  void endsWithZeroWhenEveryFloorIsKept() {
    assertThat(run("fast")).isZero();
    assertThat(out.toString()).contains("speed", ">= 2", "kept", "a peer 1.0");
  }

  @Test
  void endsOtherwiseWhenAFloorIsMissed() {
    assertThat(run("slow")).isEqualTo(1);
    assertThat(out.toString()).contains("1.9", "MISSED");
  }

  @Test
  void aCeilingIsMissedFromAbove() {
    assertThat(run("heavy")).isEqualTo(1);
    assertThat(out.toString()).contains("<= 1.02", "MISSED");
  }

  @Test
  void saysWhatIsNotToBeHadAndPrintsNoNumber() {
    Path file = dir.resolve("f.json");
    assertThat(run("stuck", "--json", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("the peers are not to be had").hasLineCount(1);
    assertThat(out.toString()).isEmpty();
    assertThat(file).doesNotExist();
  }

  @Test
  void anUnknownNameIsOneSentence() {
    assertThat(run("quick")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "orcaflow bench: there is no benchmark \"quick\"; there are fast, slow, heavy, stuck");
  }

  @Test
  void aFileThatCannotBeWrittenIsToldBeforeTheWork() {
    assertThat(run("stuck", "--json", dir.resolve("no/f.json").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--json");
  }

  @Test
  void writesWhatItMeasured() throws Exception {
    Path file = dir.resolve("f.json");
    run("slow", "--json", file.toString());
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat((Iterable<String>) json::fieldNames).containsExactly("bench", "machine", "measures");
    assertThat(json.get("bench").asText()).isEqualTo("slow");
    assertThat(json.get("machine").asText()).contains("cores", "GiB", "JDK");
    JsonNode measure = json.get("measures").get(0);
    Iterator<String> names = measure.fieldNames();
    assertThat((Iterable<String>) () -> names)
        .containsExactly("name", "value", "unit", "peer", "floor", "min", "max", "runs");
    assertThat(measure.get("name").asText()).isEqualTo("speed");
    assertThat(measure.get("value").asDouble()).isEqualTo(1.9);
    assertThat(measure.get("floor").asDouble()).isEqualTo(2);
    assertThat(measure.get("runs").asInt()).isEqualTo(1);
  }

  @Test
  void listsTheBenchmarksWithAnExample() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("fast", "100 % given", "Example: ./orcaflow bench");
  }

  private int run(String... arguments) {
    CommandLine line = Main.commandLine(List.of(FAST, SLOW, HEAVY, STUCK));
    return line.setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
