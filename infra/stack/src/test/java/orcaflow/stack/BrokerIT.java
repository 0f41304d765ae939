package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerIT {

  @TempDir Path dir;

  @Test
  void keepsRecordsAndCommittedTransactionsOverARestartOnOtherPorts() {
    String before;
    try (Broker broker = Broker.start(dir)) {
      before = broker.bootstrap();
      Probe probe = new Probe(before);
      probe.createTopic("facts", 2);
      probe.commit("facts", List.of("a", "b"));
      probe.abort("facts", List.of("c"));
    }
    try (Broker broker = Broker.start(dir)) {
      assertThat(broker.bootstrap()).isNotEqualTo(before);
      Probe probe = new Probe(broker.bootstrap());
      probe.commit("facts", List.of("d"));
      assertThat(probe.readCommitted("facts")).containsExactlyInAnyOrder("a", "b", "d");
    }
  }

  @Test
  void remembersOverAKillWhatAShareGroupHasDone() throws Exception {
    try (ChildJvm killed = ChildJvm.start(BrokerHolder.class, dir.toString())) {
      Probe probe = new Probe(killed.firstLine());
      probe.createTopic("facts", 1);
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", probe.bootstrap()))) {
        ShareGroups.configure(admin, "workers");
      }
      probe.commit("facts", List.of("done", "held", "waiting"));
      try (var worker = probe.shareConsumer("workers", "facts")) {
        worker.acknowledge(Probe.next(worker));
        assertThat(worker.commitSync().values()).allMatch(Optional::isEmpty);
        assertThat(Probe.next(worker).value()).isEqualTo("held");
        killed.kill();
        // Closed without waiting for a broker that is gone.
        worker.close(Duration.ZERO);
      }
    }
    try (Broker broker = Broker.start(dir);
        var worker = new Probe(broker.bootstrap()).shareConsumer("workers", "facts")) {
      assertThat(Probe.next(worker).value()).isEqualTo("held");
    }
  }

  @Test
  void whatCoordinatorsReadAtAStartIsCompactedSoon() throws Exception {
    try (Broker broker = Broker.start(dir);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      Probe probe = new Probe(broker.bootstrap());
      probe.createTopic("facts", 1);
      ShareGroups.configure(admin, "workers");
      probe.commit("facts", List.of("a"));
      try (var worker = probe.shareConsumer("workers", "facts")) {
        worker.acknowledge(Probe.next(worker));
      }

      List<ConfigResource> topics =
          Stream.of("__consumer_offsets", "__transaction_state", "__share_group_state")
              .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
              .toList();
      assertThat(admin.describeConfigs(topics).all().get())
          .hasSize(3)
          .allSatisfy(
              (topic, config) ->
                  assertThat(config.get("segment.bytes").value())
                      .isEqualTo(BrokerSettings.COORDINATOR_SEGMENT));
    }
  }

  @Test
  void nobodyCanTakeAPortBetweenTheLookAndTheBind() throws Exception {
    try (HeldPort held = HeldPort.any()) {
      assertThatThrownBy(() -> new ServerSocket(held.number(), 1, InetAddress.getLoopbackAddress()))
          .isInstanceOf(BindException.class);
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), held.number())) {
        assertThat(held.take().accept()).isNotNull();
      }
    }
  }

  @Test
  void refusesATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> Broker.start(dir, taken.getLocalPort()))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("port %d of 127.0.0.1 is taken".formatted(taken.getLocalPort()));
    }
  }
}
