package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.cli.Main;
import orcaflow.schemas.recipe.RecipeFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class RecipeCommandTest {

  @TempDir private Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void listsTheShippedRecipes() {
    assertThat(run("ls")).isZero();
    assertThat(out.toString().lines())
        .hasSize(1 + shipped().size())
        .anyMatch(
            line -> line.matches("orca-math +rollouts .*M1 sft \\d+ steps of \\d+; M2 kto .*"))
        .anyMatch(line -> line.matches("continuous .*again and again M gspo \\d+ steps .*"));
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void whatIsShownOfAShippedRecipeCanBeUsedAsAFile(String name) throws Exception {
    assertThat(run("show", name)).isZero();
    Path file = Files.writeString(dir.resolve("mine.yaml"), out.toString());
    assertThat(Files.readString(file)).isEqualTo(RecipeFile.read(name, Map.of()).text());
    out.getBuffer().setLength(0);

    assertThat(run("check", file.toString(), "-o", "json")).isZero();
    JsonNode facts = new ObjectMapper().readTree(out.toString());
    assertThat(facts.path("id").asText()).isEqualTo(RecipeFile.read(name, Map.of()).id());
  }

  @Test
  void saysWhatARecipeDoes() {
    assertThat(run("check", "continuous")).isZero();
    assertThat(out.toString())
        .startsWith("continuous@")
        .contains(": labelling rollouts-else-teacher, with a gate")
        .containsPattern("(?m)^M1 sft \\d+ steps of 64$");
  }

  @Test
  void refusesWhatARunWouldRefuseWithFileKeyAndValue() throws Exception {
    String text = RecipeFile.read("orca-math", Map.of()).text();
    Path negative =
        Files.writeString(dir.resolve("bad.yaml"), text.replaceFirst("seed: 1", "seed: one"));
    assertThat(run("check", negative.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("bad.yaml").contains("seed").contains("one");

    Path unknown =
        Files.writeString(
            dir.resolve("other.yaml"), text.replaceFirst("labelling: \\S+", "labelling: mine"));
    assertThat(run("check", unknown.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("other.yaml").contains("labelling").contains("mine");

    assertThat(run("check", dir.resolve("nowhere.yaml").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("neither a shipped one").contains("nowhere.yaml");
  }

  private static List<String> shipped() {
    return List.of(RecipeFile.SHIPPED.split(", "));
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "recipe";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all);
  }
}
