package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orcaflow.cli.Main;
import orcaflow.schemas.recipe.RecipeFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anything starts. */
class RunCommandTest {

  @TempDir private Path dir;
  private final StringWriter err = new StringWriter();

  @Test
  void aStudentThatIsNotThereIsOneSentence() {
    Path gone = dir.resolve("gone");
    assertThat(run("--student", gone.toString())).isEqualTo(2);
    assertThat(err).hasToString(said("--student: " + gone + " is no folder that is there"));
  }

  @Test
  void theStudentOfARecipeIsLookedForBesideTheRecipe() throws IOException {
    Path recipe = recipe("^student: .*$", "student: { folder: models/mine }");
    assertThat(run("--recipe", recipe.toString())).isEqualTo(2);
    assertThat(err)
        .hasToString(
            said(
                "%s: student.folder: %s is no folder that is there"
                    .formatted(recipe, dir.resolve("models/mine"))));
  }

  @Test
  void aDeviceThatIsNotThereStartsNothing() {
    for (String device : List.of("cuda:99", "tpu")) {
      for (String command : List.of("run", "up")) {
        err.getBuffer().setLength(0);
        assertThat(status(command, "--device", device)).isEqualTo(2);
        assertThat(err.toString()).startsWith("orcaflow: --device is '" + device + "': ");
      }
      err.getBuffer().setLength(0);
      assertThat(
              Main.commandLine()
                  .setErr(new PrintWriter(err, true))
                  .execute("evaluate", dir.toString(), "--device", device))
          .isEqualTo(2);
      assertThat(err.toString()).startsWith("orcaflow: --device is '" + device + "': ");
    }
  }

  @Test
  void aStudentOfAnUnknownArchitectureIsRefused() throws IOException {
    Path model = Files.createDirectory(dir.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
    assertThat(run("--student", model.toString())).isEqualTo(2);
    assertThat(err)
        .hasToString(
            said(
                "--student: %s: model_type is \"gpt2\"; it can be llama or mistral"
                    .formatted(model.resolve("config.json"))));
  }

  @Test
  void aFreshStudentHasNoRolloutsToBeginWith() throws IOException {
    Path recipe = recipe("^  - \\{ name: M1.*\\n", "");
    assertThat(run("--recipe", recipe.toString())).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "orcaflow: "
                + recipe
                + ": iterations.[0] is kto with share 1.0, and a fresh student has no rollouts to"
                + " learn from: begin with a model (--student, or student.folder)");
  }

  @Test
  void seedsOfWhichNoRowCanBeUsedStartNothing() throws IOException {
    Path seeds = Files.writeString(dir.resolve("seeds.jsonl"), "{\"text\": 1}\n");
    for (String command : List.of("run", "up")) {
      assertThat(status(command, "--seeds", seeds.toString())).isEqualTo(2);
    }
    assertThat(err.toString().lines().toList())
        .hasSize(2)
        .allMatch(
            line ->
                line.startsWith(
                    "orcaflow: %s: none of its 1 rows can be used, so nothing is started"
                        .formatted(seeds)));
  }

  @Test
  void upHoldsNothingOutOfSeedsThatItDoesNotLetIn() {
    assertThat(status("up", "--hold-out", "0.1")).isEqualTo(2);
    assertThat(err).hasToString(said("--hold-out: give --seeds, of which it takes a share"));
  }

  private static String said(String sentence) {
    return "orcaflow: " + sentence + System.lineSeparator();
  }

  private Path recipe(String from, String to) throws IOException {
    String text = RecipeFile.read("short", Map.of()).text().replaceFirst("(?m)" + from, to);
    return Files.writeString(dir.resolve("mine.yaml"), text);
  }

  private int run(String... options) {
    return status("run", options);
  }

  private int status(String command, String... options) {
    Path home = dir.resolve("home");
    List<String> all = new ArrayList<>(List.of(command, "--dir", home.toString()));
    all.addAll(List.of(options));
    int status =
        Main.commandLine().setErr(new PrintWriter(err, true)).execute(all.toArray(String[]::new));
    assertThat(home).as("a refused run leaves nothing").doesNotExist();
    return status;
  }
}
