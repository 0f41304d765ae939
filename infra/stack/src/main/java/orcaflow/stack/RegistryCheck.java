package orcaflow.stack;

import java.util.Map;
import java.util.Optional;
import orcaflow.schemas.Cluster;

/** Whether a schema registry answers at present. */
public final class RegistryCheck {

  private static final int LIMIT_MILLIS = 2_000;

  private RegistryCheck() {}

  /** Why it does not answer, in a sentence; empty if it does. */
  public static Optional<String> complaint(Cluster cluster) {
    Map<String, Object> settings = cluster.registrySettings();
    settings.put("http.connect.timeout.ms", LIMIT_MILLIS);
    settings.put("http.read.timeout.ms", LIMIT_MILLIS);
    settings.put("max.retries", 0);
    try (SchemaSubjects subjects = new SchemaSubjects(cluster.registry(), settings)) {
      subjects.compatibility();
      return Optional.empty();
    } catch (StackException failure) {
      return Optional.of(failure.getMessage());
    }
  }
}
