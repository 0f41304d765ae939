package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.time.Instant;
import java.util.Arrays;
import orcaflow.events.Closing;
import orcaflow.events.Lineage;
import orcaflow.schemas.log.RegistryOutage;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class EventDeserializerTest {

  private static final Cluster CLUSTER = new Cluster("none:1", "mock://event-deserializer", "test");
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void readsTheFirstEventOfASchemaAsTheNextOnes() {
    try (Serializer<Closing> writer = Serdes.serializer(CLUSTER);
        Deserializer<Closing> reader = Serdes.deserializer(CLUSTER)) {
      for (int i = 0; i < 3; i++) {
        Closing event = new Closing("main", i, 2L, "ff", 0L, TIME);
        assertThat(reader.deserialize("t", writer.serialize("t", event))).isEqualTo(event);
      }
      assertThat(reader.deserialize("t", null)).isNull();
    }
  }

  @Test
  void readsEventsOfAnOlderSchemaAmongNewerOnes() {
    Schema older =
        SchemaBuilder.record("Lineage")
            .namespace("orcaflow.events")
            .fields()
            .requiredString("seed")
            .requiredString("agent")
            .requiredInt("round")
            .requiredInt("index")
            .name("time")
            .type(Lineage.getClassSchema().getField("time").schema())
            .noDefault()
            .endRecord();
    GenericData.Record old =
        new GenericRecordBuilder(older)
            .set("seed", "s")
            .set("agent", "a")
            .set("round", 1)
            .set("index", 2)
            .set("time", TIME.toEpochMilli())
            .build();
    Lineage now = new Lineage("seed", null, "agent", 0, 0, "prompt@1", "model", null, TIME);
    try (KafkaAvroSerializer before = new KafkaAvroSerializer();
        Serializer<Lineage> writer = Serdes.serializer(CLUSTER);
        Deserializer<Lineage> reader = Serdes.deserializer(CLUSTER)) {
      before.configure(CLUSTER.registrySettings(), false);
      byte[] older1 = before.serialize("lineages", old);
      byte[] newer = writer.serialize("lineages", now);
      for (int i = 0; i < 2; i++) {
        assertThat(reader.deserialize("lineages", older1).getSeed()).isEqualTo("s");
        assertThat(reader.deserialize("lineages", newer)).isEqualTo(now);
      }
    }
  }

  @Test
  void bytesThatAreNoEventDoNotSpoilTheNext() {
    try (Serializer<Closing> writer = Serdes.serializer(CLUSTER);
        Deserializer<Closing> reader = Serdes.deserializer(CLUSTER)) {
      Closing event = new Closing("main", 1, 2L, "ff", 0L, TIME);
      byte[] good = writer.serialize("c", event);
      assertThat(reader.deserialize("c", good)).isEqualTo(event);

      for (byte[] bad : new byte[][] {{}, {7}, {9, 9, 9, 9, 9, 9}, cut(good, 5), cut(good, 8)}) {
        assertThatThrownBy(() -> reader.deserialize("c", bad)).isInstanceOf(RuntimeException.class);
      }
      assertThat(reader.deserialize("c", good)).isEqualTo(event);
    }
  }

  @Test
  void badBytesSpeakOfTheRecordWhetherItsSchemaIsReadForTheFirstTimeOrAgain() {
    byte[] good;
    try (Serializer<Closing> writer = Serdes.serializer(CLUSTER)) {
      good = writer.serialize("v", new Closing("main", 1, 2L, "ff", 0L, TIME));
    }
    byte[] endlessNumber = good.clone();
    Arrays.fill(endlessNumber, 5, endlessNumber.length, (byte) 0xff);
    for (byte[] bad : new byte[][] {endlessNumber, cut(good, 8)}) {
      try (Deserializer<Closing> reader = Serdes.deserializer(CLUSTER)) {
        assertThatThrownBy(() -> reader.deserialize("v", bad)).satisfies(this::speaksOfTheRecord);
        reader.deserialize("v", good);
        assertThatThrownBy(() -> reader.deserialize("v", bad)).satisfies(this::speaksOfTheRecord);
      }
    }
  }

  private void speaksOfTheRecord(Throwable failure) {
    assertThat(RegistryOutage.isReasonOf(failure)).isFalse();
  }

  private static byte[] cut(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, length);
  }
}
