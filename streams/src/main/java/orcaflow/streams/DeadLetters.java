package orcaflow.streams;

import static org.apache.kafka.streams.StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import orcaflow.schemas.log.RegistryOutage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/**
 * Sends a record that cannot be read to {@code <topic>.dlq}, unchanged, with the headers of Kafka
 * Streams (KIP-1034), in the transaction that skips the record.
 *
 * <p>Not every failure is the fault of the record: while the registry is away, nothing can be read.
 * Then the stream thread stops and another one starts later, and no good record is skipped. A
 * policy that cannot be read stops the service, because the run would wait for it for ever.
 */
public final class DeadLetters implements DeserializationExceptionHandler {

  private final Map<String, DeserializationExceptionHandler> byTopic = new ConcurrentHashMap<>();

  @Override
  public void configure(Map<String, ?> configs) {
    // Each topic has its own dead letters, so there is nothing to take from the settings.
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
    boolean global = context.taskId().subtopology() < 0;
    if (global || RegistryOutage.isReasonOf(exception)) {
      return Response.fail();
    }
    return byTopic
        .computeIfAbsent(record.topic(), DeadLetters::into)
        .handleError(context, record, exception);
  }

  private static DeserializationExceptionHandler into(String topic) {
    DeserializationExceptionHandler handler = new LogAndContinueExceptionHandler();
    handler.configure(Map.of(ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, topic + ".dlq"));
    return handler;
  }
}
