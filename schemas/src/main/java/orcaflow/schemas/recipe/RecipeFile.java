package orcaflow.schemas.recipe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import orcaflow.schemas.ConfigFile;

/**
 * A recipe as it was read, with the id that events and files of a run name it by. The id is that of
 * the text, whatever the environment overrides and whoever reads it.
 *
 * @param text as it was read
 * @param id {@code name@hash}, the hash being that of the text and of a given student
 */
public record RecipeFile(Recipe recipe, String text, String id) {

  /** Environment variables that override values of a recipe begin with this. */
  private static final String PREFIX = "ORCAFLOW_RECIPE";

  /** Names of the shipped recipes. */
  public static final String SHIPPED =
      "orca-math, continuous, rejection-sampling, short, sft, kto, apo-zero, dpo, dpo-nll, gspo";

  private static final Set<String> NAMES = Set.of(SHIPPED.split(", "));

  /**
   * Reads a shipped recipe by its name, or a file; a relative folder of a student is one beside the
   * file.
   *
   * @throws ConfigFile.BadConfig naming file, line or key, and value
   */
  public static RecipeFile read(String nameOrFile, Map<String, String> environment) {
    return parse(nameOrFile, text(nameOrFile), environment);
  }

  private static String text(String nameOrFile) {
    if (NAMES.contains(nameOrFile)) {
      return ConfigFile.resource(RecipeFile.class, "/orcaflow/recipes/" + nameOrFile + ".yaml");
    }
    Path file = Path.of(nameOrFile);
    if (!Files.exists(file)) {
      throw new ConfigFile.BadConfig(
          "recipe '%s' is neither a shipped one (%s) nor a file".formatted(nameOrFile, SHIPPED));
    }
    return ConfigFile.text(file);
  }

  /**
   * Reads the text of the file of that name.
   *
   * @throws ConfigFile.BadConfig naming file, line or key, and value
   */
  public static RecipeFile parse(String name, String text, Map<String, String> environment) {
    Recipe recipe =
        ConfigFile.parse(name, text, Recipe.class, PREFIX, environment).readFrom(Path.of(name));
    return new RecipeFile(recipe, text, recipe.id(text));
  }

  /** The same for a run that begins with a model of that hash: another model is another recipe. */
  public RecipeFile withStudent(String hash) {
    return new RecipeFile(recipe, text, recipe.id(text + "\nstudent: " + hash));
  }

  /** What was read under the same id, with what a command line has changed in it. */
  public RecipeFile with(Recipe changed) {
    return new RecipeFile(changed, text, id);
  }
}
