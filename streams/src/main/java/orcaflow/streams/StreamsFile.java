package orcaflow.streams;

import static orcaflow.schemas.ConfigFile.require;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RecipeFile;

/**
 * The configuration file of the service as a process of its own. {@code orcaflow-streams.yaml} on
 * the class path is one, with every setting and its default.
 *
 * @param cluster where the run lives
 * @param recipe a shipped recipe by its name, or a file
 * @param benchmarks JSON Lines files whose questions must not become problems
 * @param streams the settings of the service
 */
public record StreamsFile(
    Cluster cluster, String recipe, List<Path> benchmarks, StreamsConfig streams) {

  private static final String DEFAULTS = "/orcaflow-streams.yaml";

  /** Environment variables that override values of the file begin with this. */
  private static final String PREFIX = "ORCAFLOW";

  public StreamsFile {
    require(cluster != null, "cluster", null, "bootstrap, registry and run");
    require(recipe != null, "recipe", null, "a shipped recipe's name or a file");
    require(streams != null, "streams", null, "the settings of the service");
    benchmarks = benchmarks == null ? List.of() : List.copyOf(benchmarks);
  }

  /** Reads the file; the environment has the last word. */
  static StreamsFile read(Path file, Map<String, String> environment) {
    return ConfigFile.read(file, StreamsFile.class, PREFIX, environment);
  }

  /** The file of the defaults. */
  static StreamsFile defaults() {
    return ConfigFile.parse(DEFAULTS, defaultText(), StreamsFile.class, PREFIX, Map.of());
  }

  /** The commented text with every setting and its default. */
  static String defaultText() {
    return ConfigFile.resource(StreamsFile.class, DEFAULTS);
  }

  /** The recipe that the file names. */
  Recipe readRecipe(Map<String, String> environment) {
    return RecipeFile.read(recipe, environment).recipe();
  }
}
