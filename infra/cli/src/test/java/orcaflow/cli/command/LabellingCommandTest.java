package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orcaflow.cli.Printed;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.streams.pair.Labelling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class LabellingCommandTest {

  @TempDir private Path dir;

  @Test
  void listsTheShippedLabellingsAsATableAndAsOneDocument() throws Exception {
    Printed table = run("ls");
    assertThat(table.text().lines().toList())
        .hasSize(1 + Labelling.SHIPPED.size())
        .anyMatch(line -> line.matches("paper +teacher\\+student +yes +each-response-once .*"));

    JsonNode all = new ObjectMapper().readTree(run("ls", "-o", "json").text());
    assertThat(all).hasSize(Labelling.SHIPPED.size());
    assertThat(all.get(0).path("positives").asText()).isEqualTo("student-only");
  }

  @ParameterizedTest
  @FieldSource("orcaflow.streams.pair.Labelling#SHIPPED")
  void whatIsShownOfAShippedLabellingCanBeUsedAsAFile(String name) throws Exception {
    Path file = Files.writeString(dir.resolve("mine.yaml"), run("show", name).text());
    Printed checked = run("check", file.toString(), "-o", "json");

    assertThat(checked.status()).isZero();
    assertThat(new ObjectMapper().readTree(checked.text()).path("id").asText())
        .isEqualTo(Labelling.named(name).id());
  }

  @Test
  void saysWhichRowsALabellingGives() {
    Printed checked = run("check", "paper");
    assertThat(checked.status()).isZero();
    assertThat(checked.text())
        .startsWith("paper@b3858bcc09b9 can be used. Rows of a problem with 4 rollouts:")
        .containsPattern("(?m)^ +4 +5 +4 +20 +0$");
  }

  @Test
  void refusesAFileWithFileKeyAndValue() throws Exception {
    Path file =
        Files.writeString(
            dir.resolve("bad.yaml"), Labelling.text("paper").replace("cap: 20", "cap: -2"));
    assertThat(run("check", file.toString()))
        .isEqualTo(refused(file + ": cap is '-2': give 0 to 1000"));
    Path gone = dir.resolve("gone.yaml");
    assertThat(run("show", gone.toString())).isEqualTo(refused(gone + ": there is no such file"));
    assertThat(run("show", "mine").text()).contains("'mine' is neither a shipped one");
  }

  @Test
  void aRecipeNamesAFileBesideIt() throws Exception {
    Path recipe =
        Files.writeString(
            dir.resolve("recipe.yaml"),
            RecipeFile.read("short", Map.of())
                .text()
                .replaceFirst("labelling: \\S+", "labelling: own/mine.yaml"));
    Path file = Files.createDirectory(dir.resolve("own")).resolve("mine.yaml");
    Files.writeString(file, Labelling.text("paper").replace("name: paper", "name: mine"));

    Printed checked = Printed.of(List.of("recipe", "check", recipe.toString()));
    assertThat(checked.status()).isZero();
    assertThat(checked.text()).contains(": labelling mine");

    Files.writeString(file, Files.readString(file).replace("positives: teacher+student\n", ""));
    assertThat(Printed.of(List.of("recipe", "check", recipe.toString())).text())
        .isEqualTo(
            refused(
                    "recipe '%s': labelling: %s: positives is missing: give teacher+student,"
                            .formatted(recipe, file)
                        + " teacher-only, student-only or student-else-teacher")
                .text());
  }

  private static Printed refused(String sentence) {
    return new Printed(2, "orcaflow: " + sentence + System.lineSeparator());
  }

  private static Printed run(String... arguments) {
    return Printed.of(Stream.concat(Stream.of("labelling"), List.of(arguments).stream()).toList());
  }
}
