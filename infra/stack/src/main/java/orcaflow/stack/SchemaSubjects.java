package orcaflow.stack;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orcaflow.schemas.Cluster;
import org.apache.avro.Schema;

/** The subjects of a registry, over its Confluent API. */
final class SchemaSubjects implements AutoCloseable {

  private static final int CACHED = 100;

  /** Not known, and not permitted. */
  private static final Set<Integer> REJECTED = Set.of(401, 403);

  private final String url;
  private final SchemaRegistryClient client;

  /** A registry without authentication. */
  SchemaSubjects(String url) {
    this(url, Map.of());
  }

  SchemaSubjects(Cluster cluster) {
    this(cluster.registry(), cluster.registrySettings());
  }

  SchemaSubjects(String url, Map<String, Object> settings) {
    this.url = url;
    this.client =
        SchemaRegistryClientFactory.newClient(List.of(url), CACHED, List.of(), settings, Map.of());
  }

  /** Level every subject has that sets none of its own, such as {@code FULL_TRANSITIVE}. */
  void requireCompatibility(String level) {
    ask(() -> client.updateCompatibility(null, level), "refuses compatibility " + level);
  }

  /** Level every subject has that sets none of its own. */
  String compatibility() {
    return ask(() -> client.getCompatibility(null), "does not show its compatibility");
  }

  /**
   * Registers a schema, or finds it registered.
   *
   * @return its id
   * @throws StackException if it is not compatible with the versions that are there
   */
  int register(String subject, Schema schema) {
    return ask(() -> client.register(subject, new AvroSchema(schema)), "refuses schema " + subject);
  }

  /** Newest version of each of these subjects that exists. */
  Map<String, ClusterState.Registered> newest(List<String> subjects) {
    Set<String> there = new HashSet<>(ask(client::getAllSubjects, "does not list its subjects"));
    Map<String, ClusterState.Registered> newest = new HashMap<>();
    for (String subject : subjects) {
      if (there.contains(subject)) {
        SchemaMetadata found =
            ask(() -> client.getLatestSchemaMetadata(subject), "does not show " + subject);
        newest.put(
            subject,
            new ClusterState.Registered(
                found.getVersion(), new AvroSchema(found.getSchema()).rawSchema()));
      }
    }
    return newest;
  }

  @Override
  public void close() {
    ask(
        () -> {
          client.close();
          return url;
        },
        "cannot be left");
  }

  private interface Question<T> {
    T answer() throws IOException, RestClientException;
  }

  private <T> T ask(Question<T> question, String otherwise) {
    try {
      return question.answer();
    } catch (RestClientException refused) {
      throw new StackException(
          REJECTED.contains(refused.getStatus())
              ? "the schema registry at %s refuses the user: it answered %d"
                  .formatted(url, refused.getStatus())
              : "the schema registry at %s %s: %s".formatted(url, otherwise, refused.getMessage()),
          refused);
    } catch (IOException unreachable) {
      throw new StackException(
          "the schema registry at %s does not answer: %s".formatted(url, unreachable), unreachable);
    }
  }
}
