package orcaflow.agents.stage.worker;

import orcaflow.agents.stage.Stage;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.log.RegistryOutage;
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
    this.events = Serdes.deserializer(cluster);
  }

  /**
   * @throws RuntimeException if the registry is out of reach, which says nothing about the record
   */
  Input<I> read(ConsumerRecord<byte[], byte[]> record) {
    try {
      I event = events.deserialize(record.topic(), record.value());
      return event == null
          ? Input.unreadable(stage, record, new SerializationException("the record has no value"))
          : Input.of(stage, record, event);
    } catch (RuntimeException e) {
      if (RegistryOutage.isReasonOf(e)) {
        throw e;
      }
      return Input.unreadable(stage, record, e);
    }
  }

  @Override
  public void close() {
    events.close();
  }
}
