package orcaflow.agents;

import static orcaflow.schemas.ConfigFile.require;

import java.nio.file.Path;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.ExpansionRule;

/**
 * The configuration file of the agents as a process of their own. {@code agents.yaml} on the class
 * path is one, with every setting and its default.
 *
 * @param cluster where the run lives
 * @param expansion which problems the agents expand
 * @param agents the settings of the service
 */
public record AgentsFile(Cluster cluster, ExpansionRule expansion, AgentsConfig agents) {

  private static final String DEFAULTS = "/agents.yaml";
  private static final String PREFIX = "ORCAFLOW";

  public AgentsFile {
    require(cluster != null, "cluster", null, "bootstrap, registry and run");
    require(expansion != null, "expansion", null, "askShare and rounds");
    require(agents != null, "agents", null, "the settings of the agents");
  }

  /** Reads a file; the environment ({@code ORCAFLOW_AGENTS_...}) has the last word. */
  public static AgentsFile read(Path file, Map<String, String> environment) {
    return ConfigFile.read(file, AgentsFile.class, PREFIX, environment);
  }

  /** The file of the defaults. */
  public static AgentsFile defaults() {
    return ConfigFile.parse(DEFAULTS, defaultText(), AgentsFile.class, PREFIX, Map.of());
  }

  /** The commented text with every setting and its default. */
  public static String defaultText() {
    return ConfigFile.resource(AgentsFile.class, DEFAULTS);
  }
}
