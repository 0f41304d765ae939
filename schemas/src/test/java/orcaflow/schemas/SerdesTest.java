package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import orcaflow.events.Iteration;
import orcaflow.events.RunLogEntry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class SerdesTest {

  private static final String REGISTRY = "mock://serdes";

  @Test
  void inBulkTheBytesAreTheSame() {
    try (Serializer<SpecificRecord> one = Serdes.serializer(REGISTRY);
        Serializer<SpecificRecord> bulk = Serdes.bulkSerializer(REGISTRY)) {
      for (int i = 0; i < 5; i++) {
        RunLogEntry entry = entry("text é %d ".formatted(i).repeat(1000 * i));
        assertThat(bulk.serialize("a", entry)).isEqualTo(one.serialize("a", entry));
        Iteration iteration =
            new Iteration("a/M" + i, i, "M" + i, "kto", "r@1", java.util.List.of(), Instant.EPOCH);
        assertThat(bulk.serialize("b", iteration)).isEqualTo(one.serialize("b", iteration));
        assertThat(bulk.serialize("a", iteration))
            .as("another event on the same topic")
            .isEqualTo(one.serialize("a", iteration));
      }
    }
  }

  private static RunLogEntry entry(String text) {
    return new RunLogEntry("id", "config", "name", "hash", text, Instant.ofEpochMilli(1));
  }
}
