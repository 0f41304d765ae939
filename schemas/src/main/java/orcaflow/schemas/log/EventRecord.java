package orcaflow.schemas.log;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;

/** Events as records of bytes with their headers, for producers that send other bytes, too. */
public final class EventRecord {

  private EventRecord() {}

  /**
   * The record of an event.
   *
   * @param topic with run prefix
   */
  public static <T> ProducerRecord<byte[], byte[]> of(
      String topic, String key, T event, Serializer<? super T> serializer) {
    return of(topic, key, event, serializer, new RecordHeaders());
  }

  /**
   * The record of an event with further headers.
   *
   * @param headers those that it has beside what the serialiser adds; they become the record's
   */
  public static <T> ProducerRecord<byte[], byte[]> of(
      String topic, String key, T event, Serializer<? super T> serializer, Headers headers) {
    byte[] value = serializer.serialize(topic, headers, event);
    return new ProducerRecord<>(topic, null, key.getBytes(StandardCharsets.UTF_8), value, headers);
  }
}
