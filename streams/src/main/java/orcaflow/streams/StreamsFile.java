package orcaflow.streams;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.Recipe;

/**
 * The configuration file of the service as its own process.
 *
 * @param cluster where the run lives
 * @param recipe file of the recipe
 * @param benchmarks JSON Lines files whose questions must not become problems
 * @param streams the settings of the service
 */
public record StreamsFile(
    Cluster cluster, Path recipe, List<Path> benchmarks, StreamsConfig streams) {

  /** Environment variables that override values of the file begin with this. */
  private static final String PREFIX = "ORCAFLOW";

  public StreamsFile {
    if (cluster == null) {
      throw new IllegalArgumentException("cluster is missing: give bootstrap, registry and run");
    }
    if (recipe == null) {
      throw new IllegalArgumentException("recipe is missing: give the file of a recipe");
    }
    if (streams == null) {
      throw new IllegalArgumentException("streams is missing: give the settings of the service");
    }
    benchmarks = benchmarks == null ? List.of() : List.copyOf(benchmarks);
  }

  /** Reads the file; the environment has the last word. */
  static StreamsFile read(Path file, Map<String, String> environment) {
    return ConfigFile.read(file, StreamsFile.class, PREFIX, environment);
  }

  /** The recipe the file names. */
  Recipe readRecipe(Map<String, String> environment) {
    return ConfigFile.read(recipe, Recipe.class, "ORCAFLOW_RECIPE", environment);
  }
}
