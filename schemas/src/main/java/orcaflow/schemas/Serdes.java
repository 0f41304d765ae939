package orcaflow.schemas;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Avro on the wire in Confluent's format: magic byte 0, four bytes of schema id, Avro binary. */
public final class Serdes {

  private static final String TRUSTED = "org.apache.avro.SERIALIZABLE_PACKAGES";
  private static final String EVENTS = "orcaflow.events";

  static {
    trustOurEvents();
  }

  private Serdes() {}

  /** Serialiser of any event; registers the schema under {@code <topic>-value} if need be. */
  public static <T extends SpecificRecord> Serializer<T> serializer(String registry) {
    @SuppressWarnings("unchecked")
    Serializer<T> serializer = (Serializer<T>) (Serializer<?>) new KafkaAvroSerializer();
    serializer.configure(
        Map.of(AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG, registry), false);
    return serializer;
  }

  /** Deserialiser into the generated classes. */
  public static <T extends SpecificRecord> Deserializer<T> deserializer(String registry) {
    @SuppressWarnings("unchecked")
    Deserializer<T> deserializer = (Deserializer<T>) (Deserializer<?>) new KafkaAvroDeserializer();
    deserializer.configure(
        Map.of(
            AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG,
            registry,
            KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG,
            true),
        false);
    return deserializer;
  }

  /** Both, for Kafka Streams. */
  public static <T extends SpecificRecord> Serde<T> serde(String registry) {
    return org.apache.kafka.common.serialization.Serdes.serdeFrom(
        serializer(registry), deserializer(registry));
  }

  /** Avro refuses to load generated classes from packages nobody vouched for. */
  private static void trustOurEvents() {
    String trusted = System.getProperty(TRUSTED);
    if (trusted == null) {
      System.setProperty(TRUSTED, EVENTS);
    } else if (!trusted.contains(EVENTS)) {
      System.setProperty(TRUSTED, trusted + "," + EVENTS);
    }
  }
}
