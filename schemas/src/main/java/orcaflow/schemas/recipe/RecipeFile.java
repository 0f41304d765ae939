package orcaflow.schemas.recipe;

import java.nio.file.Path;
import java.util.Map;
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

  /**
   * Reads a file; a relative folder of a student is one beside it.
   *
   * @throws ConfigFile.BadConfig naming file, line or key, and value
   */
  public static RecipeFile read(Path file, Map<String, String> environment) {
    return parse(file.toString(), ConfigFile.text(file), environment);
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
