package orcaflow.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that has a registry with one schema, and waits to be killed. */
final class RegistryHolder {

  private RegistryHolder() {}

  public static void main(String[] args) throws Exception {
    Registry registry = Registry.start(Path.of(args[0]));
    try (SchemaRegistryClient client = Schemas.client(registry.url())) {
      client.register("facts-value", Schemas.FACT);
    }
    System.out.println(registry.pid());
    new CountDownLatch(1).await();
  }
}
