package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.Recipe;
import org.junit.jupiter.api.Test;

class BundledFilesTest {

  @Test
  void everyRecipeThatIsNamedIsThere() throws IOException {
    for (String name : BundledFiles.RECIPES.split(", ")) {
      Recipe recipe =
          ConfigFile.parse(name, BundledFiles.recipe(name), Recipe.class, "NONE", Map.of());
      assertThat(recipe.name()).isEqualTo(name);
    }
  }

  @Test
  void whatIsNeitherShippedNorAFileIsSaid() {
    assertThatThrownBy(() -> BundledFiles.recipe("none"))
        .hasMessage(
            "recipe 'none' is neither a shipped one (orca-math, rejection-sampling, short,"
                + " sft, kto, dpo) nor a file");
  }
}
