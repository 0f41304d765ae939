package orcaflow.trainer.model;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import orcaflow.events.Policy;

/**
 * Where the policies of a run lie. Their events hold absolute locations, and the folder of a run
 * may be moved; a policy that is not where its event says is then looked for among the run's own,
 * under the same name.
 */
public final class PolicyFolders {

  private final Path home;

  private PolicyFolders(Path home) {
    this.home = home.toAbsolutePath().normalize();
  }

  /**
   * Those of a trainer.
   *
   * @param trainer its folder
   */
  public static PolicyFolders of(Path trainer) {
    return new PolicyFolders(trainer.resolve("policies"));
  }

  /** The folder of a policy that this run's trainer makes. */
  public Path home(String version) {
    return home.resolve(version);
  }

  /** The policy with the location that it has now; as it is if it is nowhere. */
  public Policy found(Policy policy) {
    Path name = lastName(policy.getLocation());
    if (name == null || Files.isDirectory(Path.of(policy.getLocation()))) {
      return policy;
    }
    Path here = home.resolve(name);
    return Files.isDirectory(here)
        ? Policy.newBuilder(policy).setLocation(here.toString()).build()
        : policy;
  }

  private static Path lastName(String location) {
    try {
      return Path.of(location).getFileName();
    } catch (InvalidPathException e) {
      return null; // A path of another system: the load fails with its name.
    }
  }
}
