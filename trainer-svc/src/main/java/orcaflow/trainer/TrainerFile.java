package orcaflow.trainer;

import java.nio.file.Path;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.schemas.recipe.StudentSpec;
import orcaflow.trainer.model.StudentFolder;

/**
 * The configuration file of the trainer as a process of its own. {@code trainer.yaml} on the class
 * path is one, with every setting and its default.
 *
 * @param cluster where the run lives
 * @param recipe a shipped recipe by its name, or a file
 * @param trainer the settings of the service
 */
public record TrainerFile(Cluster cluster, String recipe, TrainerConfig trainer) {

  private static final String DEFAULTS = "/trainer.yaml";
  private static final String PREFIX = "ORCAFLOW";

  public TrainerFile {
    if (cluster == null || recipe == null || trainer == null) {
      throw new IllegalArgumentException("cluster, recipe and trainer are all needed");
    }
  }

  /** Reads a file; the environment ({@code ORCAFLOW_TRAINER_...}) has the last word. */
  static TrainerFile read(Path file, Map<String, String> environment) {
    return ConfigFile.read(file, TrainerFile.class, PREFIX, environment);
  }

  /** The file of the defaults. */
  public static TrainerFile defaults() {
    return ConfigFile.parse(DEFAULTS, defaultText(), TrainerFile.class, PREFIX, Map.of());
  }

  /** The commented text with every setting and its default. */
  static String defaultText() {
    return ConfigFile.resource(TrainerFile.class, DEFAULTS);
  }

  /** The recipe that the file names. */
  RecipeFile readRecipe(Map<String, String> environment) {
    RecipeFile read = RecipeFile.read(recipe, environment);
    // Only a trainer that opens iterations names the recipe: reading a large model takes its time.
    return trainer.train().openAfterRows() > 0
            && read.recipe().student() instanceof StudentSpec.Folder given
        ? read.withStudent(StudentFolder.load(given.path()).hash())
        : read;
  }
}
