package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.time.Instant;
import java.util.List;
import orcaflow.events.Closing;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class EventSerializerTest {

  private static final Cluster CLUSTER = new Cluster("none:1", "mock://event-serializer", "test");

  @Test
  void writesTheBytesOfTheRegistryClient() {
    try (Serializer<Iteration> ours = Serdes.serializer(CLUSTER);
        KafkaAvroSerializer client = new KafkaAvroSerializer()) {
      client.configure(CLUSTER.registrySettings(), false);
      for (int i = 0; i < 3; i++) {
        Iteration event = iteration(i);
        assertThat(ours.serialize("t", event)).isEqualTo(client.serialize("t", event));
      }
      assertThat(ours.serialize("other", iteration(9)))
          .isEqualTo(client.serialize("other", iteration(9)));
      assertThat(ours.serialize("t", null)).isNull();
    }
  }

  @Test
  void anEventThatCannotBeWrittenDoesNotSpoilTheNext() {
    try (Serializer<Closing> ours = Serdes.serializer(CLUSTER)) {
      Closing good = new Closing("a", 1, 2L, "ff", 0L, Instant.EPOCH);
      byte[] bytes = ours.serialize("c", good);
      Closing bad = new Closing("a", 1, 2L, null, 0L, Instant.EPOCH);

      assertThatThrownBy(() -> ours.serialize("c", bad)).isInstanceOf(RuntimeException.class);
      assertThat(ours.serialize("c", good)).isEqualTo(bytes);
    }
  }

  private static Iteration iteration(int number) {
    return new Iteration(
        "main/M" + number,
        number,
        "M" + number,
        "kto",
        "r@1",
        List.of(new OffsetRange("t", 0, 1L, 2L)),
        Instant.ofEpochMilli(1_700_000_000_000L + number));
  }
}
