package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
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
      probe.commit("writer", "facts", List.of("a", "b"));
      probe.abort("writer", "facts", List.of("c"));
    }
    try (Broker broker = Broker.start(dir)) {
      assertThat(broker.bootstrap()).isNotEqualTo(before);
      Probe probe = new Probe(broker.bootstrap());
      probe.commit("writer", "facts", List.of("d"));
      assertThat(probe.readCommitted("facts")).containsExactlyInAnyOrder("a", "b", "d");
    }
  }
}
