package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Recipe;
import org.junit.jupiter.api.Test;

class ShippedTest {

  @Test
  void everyRecipeThatIsNamedIsThere() throws IOException {
    for (String name : Shipped.RECIPES.split(", ")) {
      Recipe recipe = ConfigFile.parse(name, Shipped.recipe(name), Recipe.class, "NONE", Map.of());
      assertThat(recipe.name()).isEqualTo(name);
    }
  }

  @Test
  void whatIsNeitherShippedNorAFileIsSaid() {
    assertThatThrownBy(() -> Shipped.recipe("none"))
        .hasMessage(
            "recipe 'none' is neither a shipped one (orca-math, rejection-sampling, short,"
                + " sft, kto, dpo) nor a file");
  }
}
