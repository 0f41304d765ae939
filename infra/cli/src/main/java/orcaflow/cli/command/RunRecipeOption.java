package orcaflow.cli.command;

import java.io.IOException;
import java.util.Optional;
import orcaflow.cli.run.RunLog;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;
import picocli.CommandLine.Option;

/** The recipe of a run that is there already. */
final class RunRecipeOption {

  @Option(
      names = "--recipe",
      description = "Recipe of the run, if it is not in its run log: a shipped one or a file.")
  private Optional<String> recipe = Optional.empty();

  /** The recipe in the run log, else the one named here. */
  Recipe of(Cluster cluster, RunLog log) throws Failure.BadInput, IOException {
    Optional<Recipe> logged = log.readRecipe(System.getenv());
    if (logged.isPresent()) {
      return logged.get();
    }
    if (recipe.isEmpty()) {
      throw new Failure.BadInput(
          "run '%s' has no recipe in its run log: name it with --recipe".formatted(cluster.run()));
    }
    return RecipeFile.read(recipe.get(), System.getenv()).recipe();
  }
}
