package orcaflow.schemas.recipe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import orcaflow.schemas.ConfigFile;

/**
 * A recipe as it was read, with the id that events and files of a run name it by. The id is that of
 * the text, and of the files that it names; the environment and the command that reads it are no
 * part of it.
 *
 * @param text as it was read
 * @param id {@code name@hash}, the hash being that of the text, of a labelling from a file, and of
 *     a given student
 */
public record RecipeFile(Recipe recipe, String text, String id) {

  /** Environment variables that override values of a recipe begin with this. */
  private static final String PREFIX = "ORCAFLOW_RECIPE";

  /** Names of the shipped recipes. */
  public static final String SHIPPED =
      "orca-math, continuous, rejection-sampling, short, sft, kto, apo-zero, dpo, dpo-nll, gspo";

  private static final Set<String> NAMES = Set.of(SHIPPED.split(", "));

  /**
   * Reads a shipped recipe by its name, or a file, and the file of its labelling where it has one;
   * a relative path in it is one beside the file.
   *
   * @throws ConfigFile.BadConfig naming file, line or key, and value
   */
  public static RecipeFile read(String nameOrFile, Map<String, String> environment) {
    RecipeFile file = parse(nameOrFile, text(nameOrFile), environment);
    Path folder = Path.of(nameOrFile).toAbsolutePath().resolveSibling("");
    try {
      return file.labelled(file.recipe.labelling().readIn(folder));
    } catch (ConfigFile.BadConfig e) {
      throw new ConfigFile.BadConfig("%s: labelling: %s".formatted(nameOrFile, e.getMessage()));
    }
  }

  /** The same with the text of its labelling: another text is another recipe. */
  private RecipeFile labelled(LabellingSource labelling) {
    Recipe whole = recipe.labelled(labelling);
    return new RecipeFile(whole, text, whole.id(identity(whole)));
  }

  private String identity(Recipe whole) {
    return whole.labelling().text().map(rule -> text + "\nlabelling: " + rule).orElse(text);
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
    return new RecipeFile(recipe, text, recipe.id(identity(recipe) + "\nstudent: " + hash));
  }

  /** What was read under the same id, with what a command line has changed in it. */
  public RecipeFile with(Recipe changed) {
    return new RecipeFile(changed, text, id);
  }
}
