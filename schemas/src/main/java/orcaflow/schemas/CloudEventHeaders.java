package orcaflow.schemas;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import orcaflow.events.Lineage;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;

/**
 * The headers that make a record a CloudEvent 1.0 in the binary mode of the Kafka protocol binding.
 * The value stays as it is: Avro behind the registry's five bytes.
 */
final class CloudEventHeaders {

  private static final String CONTENT_TYPE = "content-type";
  private static final byte[] AVRO = bytes("application/avro");
  private static final byte[] VERSION = bytes("1.0");

  private final Topic<SpecificRecord> topic;
  private final byte[] source;
  private final byte[] type;

  /**
   * @param run part of the source, as ids are unique in a topic of a run
   */
  CloudEventHeaders(Topic<SpecificRecord> topic, String run) {
    this.topic = topic;
    this.source = bytes("/orcaflow/" + run + "/" + topic.name());
    this.type = bytes(topic.schema().getFullName());
  }

  /** Sets the headers of an event that has its {@link TraceParent}. */
  void set(SpecificRecord event, Headers headers) {
    put(headers, "ce_specversion", VERSION);
    put(headers, "ce_id", bytes(topic.idOf().apply(event)));
    put(headers, "ce_source", source);
    put(headers, "ce_type", type);
    put(headers, "ce_subject", bytes(topic.keyOf().apply(event)));
    time(event).ifPresent(time -> put(headers, "ce_time", bytes(time.toString())));
    put(headers, "ce_" + TraceParent.HEADER, headers.lastHeader(TraceParent.HEADER).value());
    put(headers, CONTENT_TYPE, AVRO);
  }

  private static void put(Headers headers, String name, byte[] value) {
    TraceParent.put(headers, name, value);
  }

  /** When the event happened, else when its text was made; never the clock of the writer. */
  private static Optional<Instant> time(SpecificRecord event) {
    Optional<Instant> own = field(event, "time", Instant.class);
    return own.isPresent() ? own : field(event, "lineage", Lineage.class).map(Lineage::getTime);
  }

  private static <T> Optional<T> field(SpecificRecord event, String name, Class<T> type) {
    Schema.Field field = event.getSchema().getField(name);
    return Optional.ofNullable(field)
        .map(known -> event.get(known.pos()))
        .filter(type::isInstance)
        .map(type::cast);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
