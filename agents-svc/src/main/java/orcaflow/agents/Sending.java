package orcaflow.agents;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Sends a record as a future of Vert.x. */
final class Sending {

  private Sending() {}

  /**
   * Completes with the place of the record when it is stored durably.
   *
   * @param record makes the record; where it cannot be made at present, the future fails, too
   */
  static Future<RecordMetadata> of(
      KafkaProducer<byte[], byte[]> producer, Supplier<ProducerRecord<byte[], byte[]>> record) {
    Promise<RecordMetadata> stored = Promise.promise();
    try {
      producer.send(
          record.get(),
          (where, failure) -> {
            if (failure == null) {
              stored.complete(where);
            } else {
              stored.fail(failure);
            }
          });
    } catch (KafkaException e) {
      stored.fail(e);
    }
    return stored.future();
  }
}
