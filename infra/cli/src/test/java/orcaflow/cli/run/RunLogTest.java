package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.recipe.LabellingSource;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.streams.pair.Labelling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {

  @Test
  void aLabellingFromAFileIsReadFromTheLogWhenTheFileIsGone(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("mine.yaml");
    Files.writeString(
        file, Labelling.text("paper").replace("name: paper", "name: mine").replace("20", "8"));
    LabellingSource source = LabellingSource.of("mine.yaml").readIn(dir);
    Labelling then = Labelling.of(source);
    RunLogEntry entry = RunLog.entry(source);
    Files.delete(file);

    Recipe recipe = log(recipe("mine.yaml"), entry).readRecipe(Map.of()).orElseThrow();

    assertThat(entry.getHash()).isEqualTo(then.id());
    assertThat(Labelling.of(recipe.labelling())).isEqualTo(then);
  }

  /** A replay has a recipe with one labelling, and the rows of another. */
  @Test
  void theLabellingOfTheLogCountsAndNotThatOfTheRecipe() {
    RunLogEntry entry = RunLog.entry(LabellingSource.of("teacher-only"));

    assertThat(log(recipe("paper"), entry).readRecipe(Map.of()))
        .map(recipe -> recipe.labelling().name())
        .contains("teacher-only");
    assertThat(log(recipe("paper")).readRecipe(Map.of()))
        .map(recipe -> recipe.labelling().name())
        .contains("paper");
  }

  private static RunLog log(RunLogEntry... entries) {
    return new RunLog(List.of(entries));
  }

  private static RunLogEntry recipe(String labelling) {
    String text =
        RecipeFile.read("short", Map.of())
            .text()
            .replaceFirst("labelling: \\S+", "labelling: " + labelling);
    return RunControl.entry("recipe", "short", text, "");
  }
}
