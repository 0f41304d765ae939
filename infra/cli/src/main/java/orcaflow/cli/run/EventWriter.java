package orcaflow.cli.run;

import java.util.concurrent.ExecutionException;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.ClientSettings;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes what a person says to a run, an event at a time. */
public final class EventWriter {

  private EventWriter() {}

  /** Returns when the event is stored. */
  public static <T extends SpecificRecord> void write(Cluster cluster, Topic<T> topic, T event)
      throws InterruptedException, ExecutionException {
    try (KafkaProducer<String, T> producer =
        new KafkaProducer<>(
            ClientSettings.producer(cluster), new StringSerializer(), Serdes.serializer(cluster))) {
      producer
          .send(new ProducerRecord<>(topic.in(cluster.run()), topic.keyOf().apply(event), event))
          .get();
    }
  }
}
