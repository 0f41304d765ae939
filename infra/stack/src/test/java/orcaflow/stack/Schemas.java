package orcaflow.stack;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import java.util.List;
import java.util.Map;
import org.apache.avro.SchemaBuilder;

/** A registry's client and two versions of a small schema, of which the second breaks the first. */
final class Schemas {

  static final AvroSchema FACT =
      new AvroSchema(SchemaBuilder.record("Fact").fields().requiredString("text").endRecord());
  static final AvroSchema FACT_WITHOUT_TEXT =
      new AvroSchema(SchemaBuilder.record("Fact").fields().requiredLong("number").endRecord());

  private Schemas() {}

  static SchemaRegistryClient client(String url) {
    return SchemaRegistryClientFactory.newClient(List.of(url), 10, List.of(), Map.of(), Map.of());
  }
}
