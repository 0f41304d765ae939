package orcaflow.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.List;
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
    String registry = "the schema registry at " + cluster.registry();
    try (SchemaRegistryClient client =
        SchemaRegistryClientFactory.newClient(
            List.of(cluster.registry()), 1, List.of(), settings, Map.of())) {
      client.getCompatibility(null);
      return Optional.empty();
    } catch (RestClientException refused) {
      return Optional.of(
          "%s answers %d: %s".formatted(registry, refused.getStatus(), refused.getMessage()));
    } catch (IOException unreachable) {
      return Optional.of("%s does not answer: %s".formatted(registry, unreachable.getMessage()));
    }
  }
}
