package orcaflow.schemas.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import orcaflow.schemas.Repository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code docs/recipe.md} has exactly the keys that a recipe may have, and a recipe that is read.
 */
class RecipePageTest {

  private static final String REQUIRED = "required";

  static List<Arguments> sections() {
    return List.of(
        Arguments.of("The recipe", Recipe.class),
        Arguments.of("Expansion", ExpansionRule.class),
        Arguments.of("A fresh student", StudentSpec.Shape.class),
        Arguments.of("A model that is there", StudentSpec.Folder.class),
        Arguments.of("Rollouts and evaluation", Recipe.Sampling.class),
        Arguments.of("An iteration", IterationKeys.class),
        Arguments.of("Lora", IterationSpec.Lora.class),
        Arguments.of("Gate", GateSpec.class));
  }

  @ParameterizedTest
  @MethodSource("sections")
  void hasEveryKeyInTheOrderOfTheProgram(String heading, Class<?> keys) throws IOException {
    assertThat(rows(heading))
        .extracting(row -> row.get(0))
        .containsExactlyElementsOf(
            Arrays.stream(keys.getRecordComponents())
                .map(component -> "`" + component.getName() + "`")
                .toList());
  }

  @ParameterizedTest
  @MethodSource("sections")
  void saysWhichKeysMayBeLeftOut(String heading, Class<?> keys) throws IOException {
    assertThat(rows(heading))
        .extracting(row -> row.get(2).equals(REQUIRED))
        .containsExactlyElementsOf(
            Arrays.stream(keys.getRecordComponents()).map(RecipePageTest::required).toList());
  }

  @Test
  void hasNoOtherTable() throws IOException {
    long tables = page().lines().filter(line -> line.startsWith("| key ")).count();
    assertThat(tables).isEqualTo(sections().size());
  }

  @Test
  void itsExampleIsARecipe() throws IOException {
    String example = page().replaceFirst("(?s).*?```yaml\n", "").replaceFirst("(?s)\n```.*", "\n");
    Recipe recipe = RecipeFile.parse("docs/recipe.md", example, Map.of()).recipe();
    assertThat(recipe.iterations())
        .extracting(IterationSpec::algorithm)
        .containsExactly("sft", "kto");
  }

  private static boolean required(RecordComponent component) {
    return !component.getType().equals(Optional.class);
  }

  /** The cells of the table below a heading. */
  private static List<List<String>> rows(String heading) throws IOException {
    String section = page().split("\n## " + Pattern.quote(heading) + "\n")[1].split("\n## ")[0];
    return section
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> List.of(line.substring(2).split(" \\| ?")))
        .toList();
  }

  private static String page() throws IOException {
    return Files.readString(Repository.file("docs/recipe.md"));
  }
}
