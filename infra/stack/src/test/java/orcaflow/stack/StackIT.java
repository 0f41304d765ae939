package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import orcaflow.schemas.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackIT {

  @TempDir Path dir;

  @Test
  void saysWhoHoldsTheFolder() {
    try (Stack stack = Stack.start(dir)) {
      assertThat(stack.cluster("main").bootstrap()).isEqualTo(stack.broker().bootstrap());
      assertThatThrownBy(() -> Stack.start(dir))
          .isInstanceOf(StackException.class)
          .hasMessageContaining(dir + " is in use by process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void runsAloneUntilTerminated() throws Exception {
    try (ChildJvm main = ChildJvm.start(StackMain.class, "--dir", dir.toString())) {
      new Probe(main.firstLine().split("\\s+")[1]).createTopic("facts", 1);
      main.process().destroy();
      assertThat(main.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void goesOnAfterTheWholeProcessWasKilled() throws Exception {
    try (ChildJvm killed = ChildJvm.start(StackHolder.class, dir.toString())) {
      killed.kill();
    }
    try (Stack stack = Stack.start(dir)) {
      Cluster cluster = stack.cluster("main");
      Probe probe = new Probe(cluster.bootstrap());
      // The writer's successor ends the open transaction before it writes its own.
      probe.commit("interrupted-writer", "facts", List.of("after"));
      assertThat(probe.readCommitted("facts")).containsExactly("committed", "after");
      try (SchemaRegistryClient client = Schemas.client(cluster.registry())) {
        assertThat(client.getAllSubjects()).containsExactly("facts-value");
      }
    }
  }
}
