package orcaflow.agents.stage.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record that a stage cannot work on, unchanged, with the cause in the headers of Kafka Streams'
 * dead letters (KIP-1034) and two further headers.
 */
final class DeadLetter {

  private static final String KAFKA_STREAMS = "__streams.errors.";
  private static final String ORCAFLOW = "orcaflow.";
  private static final int TRACE_CHARACTERS = 8_000;

  private DeadLetter() {}

  static ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<byte[], byte[]> record, String topic, String stage, Throwable cause) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
    header(letter, KAFKA_STREAMS + "exception", cause.getClass().getName());
    header(letter, KAFKA_STREAMS + "message", Optional.ofNullable(cause.getMessage()).orElse(""));
    header(letter, KAFKA_STREAMS + "stacktrace", trace(cause));
    header(letter, KAFKA_STREAMS + "topic", record.topic());
    header(letter, KAFKA_STREAMS + "partition", Integer.toString(record.partition()));
    header(letter, KAFKA_STREAMS + "offset", Long.toString(record.offset()));
    header(letter, ORCAFLOW + "stage", stage);
    header(letter, ORCAFLOW + "attempts", Short.toString(record.deliveryCount().orElse((short) 1)));
    return letter;
  }

  private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String trace(Throwable cause) {
    StringWriter text = new StringWriter();
    cause.printStackTrace(new PrintWriter(text));
    return text.getBuffer().length() <= TRACE_CHARACTERS
        ? text.toString()
        : text.getBuffer().substring(0, TRACE_CHARACTERS);
  }
}
