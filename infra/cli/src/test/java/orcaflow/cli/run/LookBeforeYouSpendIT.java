package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import orcaflow.cli.Main;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code make} on the embedded default, killed once. With {@code -Dorcaflow.kills.make=N}, N more
 * than 1, an undisturbed one stands beside it, and {@code preview} has the student that it trained.
 */
class LookBeforeYouSpendIT {

  private static final int KILLS = Integer.getInteger("orcaflow.kills.make", 1);
  private static final long SEED = 20261126;
  private static final int WANTED = 24;
  private static final int SEEDS = 90;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A student that has learnt a little: some of its rollouts are right. */
  private static final String RECIPE =
      """
      name: little
      seed: 1
      expansion: { askShare: 0.5, rounds: 1 }
      student: { hidden: 32, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 64, context: 128, words: 500 }
      rollouts: { samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 24 }
      evaluation: { samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 24 }
      labelling: paper-no-synthetic
      iterations:
        - { name: M1, algorithm: sft, steps: 60, batch: 16, learningRate: 3e-3, warmup: 5, schedule: constant, finalFraction: 1, weightDecay: 0, beta2: 0.95, clip: 1.0 }
        - { name: M2, algorithm: kto, share: 0.1, steps: 1, batch: 2, learningRate: 1e-3, warmup: 0, schedule: constant, finalFraction: 1, beta: 0.1, weightDecay: 0, beta2: 0.95, clip: 1.0 }
      """;

  @TempDir static Path dir;

  @BeforeAll
  static void writeSeedsAndRecipe() throws IOException {
    Files.writeString(dir.resolve("little.yaml"), RECIPE);
    try (BufferedReader shipped =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Files.newInputStream(BundledFiles.unpack(BundledFiles.SEEDS, dir))),
                StandardCharsets.UTF_8))) {
      Files.write(dir.resolve("seeds.jsonl"), shipped.lines().limit(SEEDS).toList());
    }
  }

  @Test
  void killsLeaveExactlyAsManyAndTheSameOnes() throws Exception {
    Random random = new Random(SEED);
    for (int kill = 0; kill < KILLS; kill++) {
      kill(kill == 0 ? "M1 is there" : "] make:", random.nextInt(1500));
    }
    makeAll("killed");
    isInOrderAndHolds();
    JsonNode report = JSON.readTree(dir.resolve("killed/make.json").toFile());
    assertThat(report.get("outcome").asText()).isEqualTo("exact");
    assertThat(report.get("seeds").asInt()).as("what was let in").isLessThan(SEEDS);
    if (KILLS > 1) {
      makeAll("undisturbed");
      assertThat(dir.resolve("killed/accepted.jsonl"))
          .hasSameBinaryContentAs(dir.resolve("undisturbed/accepted.jsonl"));
      previewsWithTheStudentThatItTrained();
    }
  }

  private static void kill(String line, int millis) throws Exception {
    RunControlProcess killed = new RunControlProcess(make("killed"));
    killed.awaitLine(line);
    Thread.sleep(millis);
    assertThat(killed.kill()).as(killed.output()).isTrue();
  }

  private static void makeAll(String folder) {
    StringWriter out = new StringWriter();
    assertThat(execute(out, make(folder))).as(out.toString()).isZero();
    assertThat(out.toString()).contains("24 of 24 accepted: exactly as many");
  }

  private static void isInOrderAndHolds() throws IOException {
    Set<String> ids = new HashSet<>();
    int row = 0;
    for (String line : Files.readAllLines(dir.resolve("killed/accepted.jsonl"))) {
      JsonNode problem = JSON.readTree(line);
      assertThat(problem.get("solve_rate").asDouble()).isLessThanOrEqualTo(0.5);
      assertThat(problem.get("rollouts").get("right").asInt())
          .isEqualTo((int) (4 * problem.get("solve_rate").asDouble()));
      assertThat(problem.get("seed_row").asInt()).isGreaterThanOrEqualTo(row);
      row = problem.get("seed_row").asInt();
      ids.add(problem.get("id").asText());
    }
    assertThat(ids).hasSize(WANTED);
  }

  private static void previewsWithTheStudentThatItTrained() throws Exception {
    List<Path> before = previews();
    StringWriter out = new StringWriter();
    int status =
        execute(
            out,
            List.of(
                "preview",
                "-n=2",
                "--recipe=" + dir.resolve("little.yaml"),
                "--seeds=" + dir.resolve("seeds.jsonl"),
                "--student=" + trained(),
                "--prices=2.5/10"));
    assertThat(status).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("== seed 1", "> [system]", "</problem-", "= usable solution, answer")
        .contains("rollout M", "the first 2 of 90 seeds", "money a seed 0.00");
    assertThat(previews()).as("temporary folders left").isEqualTo(before);
  }

  private static Path trained() throws IOException {
    try (Stream<Path> policies = Files.list(dir.resolve("killed/trainer/policies"))) {
      return policies.findFirst().orElseThrow();
    }
  }

  private static List<Path> previews() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("orcaflow-preview"))
          .sorted()
          .toList();
    }
  }

  private static List<String> make(String folder) {
    return new ArrayList<>(
        List.of(
            "make",
            "--accepted=" + WANTED,
            "--where=solve_rate <= 0.5",
            "--lesson=16",
            "--recipe=" + dir.resolve("little.yaml"),
            "--seeds=" + dir.resolve("seeds.jsonl"),
            "--dir=" + dir.resolve(folder)));
  }

  private static int execute(StringWriter out, List<String> arguments) {
    PrintWriter writer = new PrintWriter(out, true);
    return Main.commandLine()
        .setOut(writer)
        .setErr(writer)
        .execute(arguments.toArray(String[]::new));
  }
}
