package orcaflow.streams;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Recipe;
import orcaflow.streams.StreamsConfig.Engine;
import orcaflow.streams.StreamsConfig.Grade;
import orcaflow.streams.StreamsConfig.Observe;
import orcaflow.streams.admit.AdmitSettings;
import orcaflow.streams.schedule.Pace;

/**
 * The configuration file of the service as its own process.
 *
 * @param cluster where the run lives
 * @param recipe file of the recipe
 * @param benchmarks JSON Lines files whose questions must not become problems
 */
public record StreamsFile(
    Cluster cluster,
    Path recipe,
    List<Path> benchmarks,
    Observe observe,
    Engine engine,
    AdmitSettings admit,
    Pace schedule,
    Grade grade,
    orcaflow.streams.pair.Pace pair) {

  /** Environment variables that override values of the file begin with this. */
  private static final String PREFIX = "ORCAFLOW_STREAMS";

  public StreamsFile {
    if (cluster == null) {
      throw new IllegalArgumentException("cluster is missing: give bootstrap, registry and run");
    }
    if (recipe == null) {
      throw new IllegalArgumentException("recipe is missing: give the file of a recipe");
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

  /** The settings of the service. */
  StreamsConfig settings() {
    return new StreamsConfig(observe, engine, admit, schedule, grade, pair);
  }
}
