package orcaflow.schemas;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Avro on the wire in Confluent's format: magic byte 0, four bytes of schema id, Avro binary. */
public final class Serdes {

  private static final String EVENTS = "orcaflow.events";

  static {
    trustOurEvents();
  }

  private Serdes() {}

  /** Serialiser of any event; registers the schema under {@code <topic>-value} if need be. */
  public static <T extends SpecificRecord> Serializer<T> serializer(Cluster cluster) {
    @SuppressWarnings("unchecked")
    Serializer<T> serializer = (Serializer<T>) (Serializer<?>) new KafkaAvroSerializer();
    serializer.configure(cluster.registrySettings(), false);
    return new EventSerializer<>(serializer, cluster.cloudEvents().orElse(false));
  }

  /** Deserialiser into the generated classes. */
  public static <T extends SpecificRecord> Deserializer<T> deserializer(Cluster cluster) {
    Map<String, Object> settings = cluster.registrySettings();
    settings.put(KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG, true);
    KafkaAvroDeserializer client = new KafkaAvroDeserializer();
    client.configure(settings, false);
    return new EventDeserializer<>(client);
  }

  /** Both, for Kafka Streams. */
  public static <T extends SpecificRecord> Serde<T> serde(Cluster cluster) {
    return org.apache.kafka.common.serialization.Serdes.serdeFrom(
        serializer(cluster), deserializer(cluster));
  }

  /**
   * Lets Avro load the event classes, which every serde does. For those that build an event before
   * there is a serde: a default value that is a record loads its class.
   */
  public static void trustEvents() {
    // The initialiser of this class has done it.
  }

  /**
   * Avro refuses to load generated classes from packages nobody vouched for. Its system property
   * for this is read once, when the first event class is touched, which may be long before anyone
   * asks for a serde; so we add to what is trusted now.
   */
  private static void trustOurEvents() {
    ClassSecurityPredicate others = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(others, type -> type.getPackageName().equals(EVENTS)));
  }
}
