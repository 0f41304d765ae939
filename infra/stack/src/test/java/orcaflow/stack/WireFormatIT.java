package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.RegistryOutage;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Any Confluent-compatible consumer can read what we write. */
class WireFormatIT {

  private static final int HEADER = 5;
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final RunLogEntry EVENT =
      RunLogEntry.newBuilder()
          .setId("id-1")
          .setKind("recipe")
          .setName("orca-math")
          .setHash("0a1b")
          .setText("Zwölf Äpfel, √2")
          .setTime(TIME)
          .build();

  static Stack stack;
  static Cluster cluster;
  static TopicPartition written;

  @BeforeAll
  static void writeOneEvent() throws Exception {
    stack = SharedStack.get();
    cluster = stack.cluster("wire");
    TopicCatalogue.apply(cluster, 1, 1);
    written = new TopicPartition(Topics.RUN_LOG.in(cluster.run()), 0);
    try (KafkaProducer<String, RunLogEntry> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap()),
            new StringSerializer(),
            Serdes.serializer(cluster))) {
      producer.send(new ProducerRecord<>(written.topic(), EVENT.getKind(), EVENT)).get();
    }
  }

  @Test
  void aValueIsMagicZeroThenTheSchemaIdThenAvro() throws Exception {
    byte[] bytes = read(new ByteArrayDeserializer());
    ByteBuffer header = ByteBuffer.wrap(bytes, 0, HEADER);
    assertThat(header.get()).isZero();
    Schema writer = schemaById(header.getInt());
    assertThat(writer).isEqualTo(EVENT.getSchema());
    BinaryDecoder avro =
        DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null);
    GenericRecord record = new GenericDatumReader<GenericRecord>(writer).read(null, avro);
    assertThat(avro.isEnd()).isTrue();
    assertThat(record.get("text")).hasToString(EVENT.getText());
  }

  @Test
  void aPlainConfluentDeserializerReadsAGenericRecord() {
    KafkaAvroDeserializer plain = new KafkaAvroDeserializer();
    plain.configure(Map.of("schema.registry.url", cluster.registry()), false);
    GenericRecord record = (GenericRecord) read(plain);
    assertThat(record.getSchema().getFullName()).isEqualTo("orcaflow.events.RunLogEntry");
    assertThat(record.get("kind")).hasToString("recipe");
    assertThat(record.get("text")).hasToString("Zwölf Äpfel, √2");
    assertThat(record.get("time")).isEqualTo(TIME.toEpochMilli());
  }

  @Test
  void ourOwnDeserializerReadsTheSameEvent() {
    assertThat(read(Serdes.<RunLogEntry>deserializer(cluster))).isEqualTo(EVENT);
  }

  @Test
  void theRegistryRefusesAnIncompatibleChangeOfAnEvent() throws Exception {
    Schema broken =
        SchemaBuilder.record("RunLogEntry")
            .namespace("orcaflow.events")
            .fields()
            .requiredLong("id")
            .endRecord();
    try (SchemaRegistryClient client = Schemas.client(cluster.registry())) {
      String subject = written.topic() + "-value";
      assertThatThrownBy(() -> client.register(subject, new AvroSchema(broken)))
          .isInstanceOfSatisfying(
              RestClientException.class, refusal -> assertThat(refusal.getStatus()).isEqualTo(409));
    }
  }

  @Test
  void aSchemaIdThatTheRegistryDoesNotKnowSpeaksOfTheRecord() {
    byte[] bytes = read(new ByteArrayDeserializer());
    ByteBuffer.wrap(bytes).putInt(1, Integer.MAX_VALUE);
    try (Deserializer<RunLogEntry> events = Serdes.deserializer(cluster)) {
      assertThatThrownBy(() -> events.deserialize(written.topic(), bytes))
          .hasRootCauseInstanceOf(RestClientException.class)
          .satisfies(failure -> assertThat(RegistryOutage.isReasonOf(failure)).isFalse());
    }
  }

  @Test
  void aRegistryThatIsNotThereSpeaksOfTheWay() {
    byte[] bytes = read(new ByteArrayDeserializer());
    Cluster nobody =
        new Cluster(cluster.bootstrap(), "http://127.0.0.1:" + Ports.free(), cluster.run());
    try (Deserializer<RunLogEntry> events = Serdes.deserializer(nobody)) {
      assertThatThrownBy(() -> events.deserialize(written.topic(), bytes))
          .satisfies(failure -> assertThat(RegistryOutage.isReasonOf(failure)).isTrue());
    }
  }

  /** What {@code GET /schemas/ids/{id}} of the Confluent API says, asked without its client. */
  private static Schema schemaById(int id) throws Exception {
    HttpResponse<String> reply =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(cluster.registry() + "/schemas/ids/" + id))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(reply.statusCode()).isEqualTo(200);
    return new Schema.Parser()
        .parse(new ObjectMapper().readTree(reply.body()).get("schema").textValue());
  }

  private static <V> V read(Deserializer<V> values) {
    try (KafkaConsumer<String, V> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", cluster.bootstrap()), new StringDeserializer(), values)) {
      consumer.assign(List.of(written));
      consumer.seekToBeginning(List.of(written));
      Instant deadline = Instant.now().plusSeconds(30);
      while (Instant.now().isBefore(deadline)) {
        for (ConsumerRecord<String, V> record : consumer.poll(Duration.ofMillis(200))) {
          assertThat(record.key()).isEqualTo(EVENT.getKind());
          return record.value();
        }
      }
      throw new AssertionError("nothing to read in " + written);
    }
  }
}
