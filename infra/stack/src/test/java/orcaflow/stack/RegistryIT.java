package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryIT {

  @TempDir Path dir;

  @Test
  void keepsSchemasTheirIdsAndTheirRuleOverARestart() throws Exception {
    int id;
    try (Registry registry = Registry.start(dir);
        SchemaRegistryClient client = Schemas.client(registry.url())) {
      id = client.register("facts-value", Schemas.FACT);
    }
    try (Registry registry = Registry.start(dir);
        SchemaRegistryClient client = Schemas.client(registry.url())) {
      assertThat(client.getAllSubjects()).containsExactly("facts-value");
      assertThat(client.getSchemaById(id)).isEqualTo(Schemas.FACT);
      assertThat(client.getCompatibility(null)).isEqualTo("FULL_TRANSITIVE");
      assertThatThrownBy(() -> client.register("facts-value", Schemas.FACT_WITHOUT_TEXT))
          .as("old readers or old records could not meet it")
          .isInstanceOfSatisfying(
              RestClientException.class, refusal -> assertThat(refusal.getStatus()).isEqualTo(409));
    }
  }

  @Test
  void endsWithAKilledParentAndItsSuccessorKnowsWhatItStored() throws Exception {
    try (ChildJvm parent = ChildJvm.start(RegistryHolder.class, dir.toString())) {
      ProcessHandle child =
          ProcessHandle.of(Long.parseLong(parent.firstLine())).orElseThrow(AssertionError::new);
      parent.kill();
      // Started at once: it waits for the dying one, which still holds the database.
      try (Registry successor = Registry.start(dir);
          SchemaRegistryClient client = Schemas.client(successor.url())) {
        assertThat(client.getAllSubjects()).containsExactly("facts-value");
      }
      assertThat(child.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
    }
  }

  @Test
  void quotesItsLogWhenItCannotStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> Registry.start(dir, taken.getLocalPort()))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("before it was ready")
          .hasMessageContaining(dir.resolve("registry.log").toString())
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
    }
    assertThat(Files.exists(dir.resolve("registry.log"))).isTrue();
  }

  @Test
  void takesOtherPortsWhenSomebodyTakesOneBeforeTheBind() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Iterator<Integer> ports =
          List.of(other.getLocalPort(), Ports.free(), Ports.free(), other.getLocalPort())
              .iterator();
      try (Registry registry =
              Registry.start(dir, () -> ports.hasNext() ? ports.next() : Ports.free());
          SchemaRegistryClient client = Schemas.client(registry.url())) {
        assertThat(ports.hasNext())
            .as("the API's port, then the management's, were taken")
            .isFalse();
        assertThat(client.register("facts-value", Schemas.FACT)).isPositive();
      }
    }
  }

  @Test
  void doesNotTakeAnotherRegistryForItsOwn(@TempDir Path otherDir) throws Exception {
    try (Registry other = Registry.start(otherDir)) {
      int taken = URI.create(other.url()).getPort();
      Iterator<Integer> ports = List.of(taken, Ports.free()).iterator();
      try (Registry registry =
              Registry.start(dir, () -> ports.hasNext() ? ports.next() : Ports.free());
          SchemaRegistryClient client = Schemas.client(registry.url())) {
        assertThat(registry.url()).isNotEqualTo(other.url());
        assertThat(client.register("facts-value", Schemas.FACT)).isPositive();
      }
    }
  }

  @Test
  void outlivesTheInterruptMeantForItsParent() throws Exception {
    try (Registry registry = Registry.start(dir);
        SchemaRegistryClient client = Schemas.client(registry.url())) {
      String pid = Long.toString(registry.pid());
      assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
      assertThatThrownBy(
              () ->
                  ProcessHandle.of(registry.pid()).orElseThrow().onExit().get(2, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(client.register("facts-value", Schemas.FACT)).isPositive();
    }
  }
}
