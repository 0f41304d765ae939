package orcaflow.cli.letters;

import java.util.Optional;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.RegistryOutage;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** The events in dead letters, as far as they can be read. */
public final class LetterEvents implements AutoCloseable {

  private final Cluster cluster;
  private final Deserializer<SpecificRecord> events;

  public LetterEvents(Cluster cluster) {
    this.cluster = cluster;
    this.events = Serdes.deserializer(cluster);
  }

  /**
   * The event of a letter; empty if its value is none.
   *
   * @throws RuntimeException if the registry is out of reach, which says nothing about the letter
   */
  public Optional<SpecificRecord> of(ConsumerRecord<byte[], byte[]> letter) {
    try {
      return Optional.ofNullable(events.deserialize(letter.topic(), letter.value()));
    } catch (RuntimeException e) {
      if (RegistryOutage.isReasonOf(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** The id of the event, if it can be read and is one of the letter's topic. */
  Optional<String> id(ConsumerRecord<byte[], byte[]> letter) {
    return Topics.withDeadLetters().stream()
        .filter(topic -> topic.deadLettersIn(cluster.run()).equals(letter.topic()))
        .findFirst()
        .flatMap(topic -> id(topic, letter));
  }

  private <T extends SpecificRecord> Optional<String> id(
      Topic<T> topic, ConsumerRecord<byte[], byte[]> letter) {
    return of(letter).filter(topic.type()::isInstance).map(topic.type()::cast).map(topic.idOf());
  }

  @Override
  public void close() {
    events.close();
  }
}
