package orcaflow.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A process with a stack that holds a schema, a committed transaction and one that never ends; it
 * waits to be killed.
 */
final class StackHolder {

  private StackHolder() {}

  public static void main(String[] args) throws Exception {
    Stack stack = Stack.start(Path.of(args[0]));
    try (SchemaRegistryClient client = Schemas.client(stack.registry().url())) {
      client.register("facts-value", Schemas.FACT);
    }
    Probe probe = new Probe(stack.broker().bootstrap());
    probe.createTopic("facts", 1);
    probe.commit("writer", "facts", List.of("committed"));
    probe.leaveOpen("interrupted-writer", "facts", List.of("lost"));
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}
