package orcaflow.agents.stage.worker;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import orcaflow.agents.stage.Stage;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Turns records into inputs. Bytes that are no event make an unreadable input. */
final class InputReader<I extends SpecificRecord> implements AutoCloseable {

  private final Stage<I> stage;
  private final Deserializer<I> events;

  InputReader(Cluster cluster, Stage<I> stage) {
    this.stage = stage;
    this.events = Serdes.deserializer(cluster.registry());
  }

  /**
   * @throws SerializationException if the registry is out of reach, which says nothing about the
   *     record
   */
  Input<I> read(ConsumerRecord<byte[], byte[]> record) {
    try {
      I event = events.deserialize(record.topic(), record.value());
      return event == null
          ? Input.unreadable(stage, record, new SerializationException("the record has no value"))
          : Input.of(stage, record, event);
    } catch (SerializationException e) {
      if (registryIsAway(e)) {
        throw e;
      }
      return Input.unreadable(stage, record, e);
    } catch (RuntimeException e) {
      return Input.unreadable(stage, record, e);
    }
  }

  static boolean registryIsAway(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RestClientException refused) {
        return refused.getStatus() >= 500;
      }
      if (cause instanceof java.io.EOFException) {
        return false;
      }
      if (cause instanceof IOException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    events.close();
  }
}
