package orcaflow.service;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import orcaflow.schemas.TraceParent;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Spans of records, named by OpenTelemetry's semantic conventions for messaging and Kafka: {@code
 * process <topic>} and {@code send <topic>}.
 */
public final class MessageSpans {

  private MessageSpans() {}

  /** Where a record is, topic with run prefix. */
  public record Place(String topic, int partition, long offset) {}

  /**
   * The work of a stage on a record.
   *
   * @param own its trace and span
   * @param source the span that wrote the record
   */
  public record Work(TraceParent own, Optional<String> source, Instant start, Instant end) {}

  /** The place of a record that was read. */
  public static Place place(ConsumerRecord<?, ?> record) {
    return new Place(record.topic(), record.partition(), record.offset());
  }

  /**
   * A stage has worked on a record.
   *
   * @param about further attributes
   * @param error class of the exception that put the record aside
   */
  public static Spans.Ended work(
      Place place, Work work, Map<String, Object> about, Optional<String> error) {
    Map<String, Object> attributes = kafka("process", place.topic());
    attributes.put("messaging.destination.partition.id", Integer.toString(place.partition()));
    attributes.put("messaging.kafka.offset", place.offset());
    attributes.putAll(about);
    return new Spans.Ended(
        "process " + place.topic(),
        Spans.Kind.PROCESS,
        work.own(),
        work.source(),
        work.start(),
        work.end(),
        attributes,
        error);
  }

  /**
   * A record was written.
   *
   * @param own what its header says
   * @param work the work that it comes of, which is in the same trace or in none
   */
  public static Spans.Ended sent(
      String topic, TraceParent own, TraceParent work, Instant at, String stage) {
    Optional<String> parent =
        Optional.of(work).filter(it -> it.traceId().equals(own.traceId())).map(TraceParent::spanId);
    return sent(topic, own, parent, at, stage);
  }

  /** The same where no record is worked on, as by a timer. */
  public static Spans.Ended sent(
      String topic, TraceParent own, Optional<String> parent, Instant at, String stage) {
    Map<String, Object> attributes = kafka("send", topic);
    attributes.put("orcaflow.stage", stage);
    return new Spans.Ended(
        "send " + topic, Spans.Kind.SEND, own, parent, at, at, attributes, Optional.empty());
  }

  private static Map<String, Object> kafka(String operation, String topic) {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("messaging.system", "kafka");
    attributes.put("messaging.operation.type", operation);
    attributes.put("messaging.operation.name", operation);
    attributes.put("messaging.destination.name", topic);
    return attributes;
  }
}
