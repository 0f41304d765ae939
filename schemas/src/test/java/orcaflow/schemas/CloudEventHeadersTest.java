package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.Lineage;
import orcaflow.events.Problem;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.log.EventRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/** Our records as the CloudEvents SDK reads them. */
class CloudEventHeadersTest {

  private static final Cluster PLAIN = new Cluster("none:1", "mock://cloud-events", "test");
  private static final Cluster WITH = PLAIN.seenBy(true, Optional.empty());
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123Z");
  private static final Problem PROBLEM =
      Problem.newBuilder()
          .setId(Ids.problem("How many?"))
          .setCandidateId(Ids.candidate("How many?", "seed", 0, 0))
          .setQuestion("How many?")
          .setLineage(
              Lineage.newBuilder()
                  .setSeed(Ids.candidate("How many?", "seed", 0, 0))
                  .setAgent("seed")
                  .setRound(0)
                  .setIndex(0)
                  .setTime(TIME)
                  .build())
          .build();

  @Test
  void aProblemIsACloudEvent() {
    CloudEvent event = read(written(WITH, Topics.PROBLEMS, PROBLEM, new RecordHeaders()));
    assertThat(event.getSpecVersion()).isEqualTo(SpecVersion.V1);
    assertThat(event.getId()).isEqualTo(PROBLEM.getId());
    assertThat(event.getType()).isEqualTo("orcaflow.events.Problem");
    assertThat(event.getSource()).isEqualTo(URI.create("/orcaflow/test/problems"));
    assertThat(event.getSubject()).isEqualTo(PROBLEM.getId());
    assertThat(event.getTime()).isEqualTo(OffsetDateTime.ofInstant(TIME, ZoneOffset.UTC));
    assertThat(event.getDataContentType()).isEqualTo("application/avro");
    assertThat(event.getExtension("traceparent"))
        .isEqualTo(Traces.of(Topics.PROBLEMS, "test").parent(PROBLEM).text());
    try (Deserializer<Problem> problems = Serdes.deserializer(PLAIN)) {
      assertThat(problems.deserialize("test.problems", event.getData().toBytes()))
          .isEqualTo(PROBLEM);
    }
  }

  @Test
  void anEventOfALogHasItsOwnTime() {
    RunLogEntry entry = RunLogEntries.dated("kind", "name", "text", TIME);
    CloudEvent event = read(written(WITH, Topics.RUN_LOG, entry, new RecordHeaders()));
    assertThat(event.getId()).isEqualTo(entry.getId());
    assertThat(event.getTime()).isEqualTo(OffsetDateTime.ofInstant(TIME, ZoneOffset.UTC));
  }

  @Test
  void everyWriteGivesTheSameHeadersWhateverWasThere() {
    RecordHeaders other = new RecordHeaders();
    other.add("ce_id", new byte[0]).add("ce_type", new byte[3]).add("content-type", null);
    var record = written(WITH, Topics.PROBLEMS, PROBLEM, other);
    other.setReadOnly();
    written(WITH, Topics.PROBLEMS, PROBLEM, other);
    assertThat(read(record))
        .isEqualTo(read(written(WITH, Topics.PROBLEMS, PROBLEM, new RecordHeaders())));
  }

  @Test
  void withoutTheSettingThereIsNoSuchHeader() {
    Headers headers = written(PLAIN, Topics.PROBLEMS, PROBLEM, new RecordHeaders()).headers();
    assertThat(headers).singleElement().matches(one -> one.key().equals(TraceParent.HEADER));
  }

  @Test
  void theSettingIsAKeyOfTheCluster() {
    String text = "{ bootstrap: 'a:1', registry: 'mock://b', run: main, cloudEvents: true }";
    assertThat(cluster(text, Map.of()).cloudEvents()).contains(true);
    String old = "{ bootstrap: 'a:1', registry: 'mock://b', run: main }";
    assertThat(cluster(old, Map.of()).cloudEvents()).isEmpty();
    assertThat(cluster(text, Map.of("X_CLOUD_EVENTS", "false")).cloudEvents()).contains(false);
  }

  private static Cluster cluster(String text, Map<String, String> environment) {
    return ConfigFile.parse("cluster.yaml", text, Cluster.class, "X", environment);
  }

  private static <T extends SpecificRecord> ProducerRecord<byte[], byte[]> written(
      Cluster cluster, Topic<T> topic, T event, Headers headers) {
    try (Serializer<T> events = Serdes.serializer(cluster)) {
      return EventRecord.of(topic.in("test"), topic.keyOf().apply(event), event, events, headers);
    }
  }

  private static CloudEvent read(ProducerRecord<byte[], byte[]> sent) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), sent.value());
    sent.headers().forEach(record.headers()::add);
    return KafkaMessageFactory.createReader(record).toEvent();
  }
}
