package orcaflow.agents.stage.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import orcaflow.schemas.Evidence;
import orcaflow.schemas.log.LetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A record that a stage cannot work on, unchanged, with the cause in the headers of Kafka Streams'
 * dead letters (KIP-1034) and further ones, among them the evidence of the cause.
 */
final class DeadLetter {

  private static final int TRACE_CHARACTERS = 8_000;

  private DeadLetter() {}

  static ProducerRecord<byte[], byte[]> of(
      Input<?> input, String topic, String stage, Throwable cause) {
    ConsumerRecord<byte[], byte[]> record = input.record();
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
    Headers headers = letter.headers();
    LetterHeaders.set(headers, LetterHeaders.EXCEPTION, cause.getClass().getName());
    LetterHeaders.set(
        headers, LetterHeaders.MESSAGE, Optional.ofNullable(cause.getMessage()).orElse(""));
    LetterHeaders.set(headers, LetterHeaders.TRACE, trace(cause));
    LetterHeaders.set(headers, LetterHeaders.TOPIC, record.topic());
    LetterHeaders.set(headers, LetterHeaders.PARTITION, Integer.toString(record.partition()));
    LetterHeaders.set(headers, LetterHeaders.OFFSET, Long.toString(record.offset()));
    LetterHeaders.set(headers, LetterHeaders.STAGE, stage);
    LetterHeaders.set(headers, LetterHeaders.ATTEMPTS, Integer.toString(input.delivery()));
    LetterHeaders.set(headers, LetterHeaders.OUTCOME, input.outcomeId());
    if (cause instanceof Evidence known) {
      known.evidence().ifPresent(bytes -> headers.add(LetterHeaders.EVIDENCE, bytes));
    }
    return letter;
  }

  private static String trace(Throwable cause) {
    StringWriter text = new StringWriter();
    cause.printStackTrace(new PrintWriter(text));
    return text.getBuffer().length() <= TRACE_CHARACTERS
        ? text.toString()
        : text.getBuffer().substring(0, TRACE_CHARACTERS);
  }
}
