package orcaflow.agents;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import orcaflow.agents.model.Waiting;
import orcaflow.agents.model.WaitingNotes;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.RunLogEntries;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the run log which endpoints are waited for, so that {@code status} shows it. */
final class WaitingLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WaitingLog.class);

  private final String topic;
  private final KafkaProducer<String, RunLogEntry> producer;
  private final WaitingNotes notes = new WaitingNotes();

  WaitingLog(Cluster cluster) {
    topic = Topics.RUN_LOG.in(cluster.run());
    producer =
        new KafkaProducer<>(
            ClientSettings.producer(cluster), new StringSerializer(), Serdes.serializer(cluster));
  }

  /** Called again and again, with the waits that are no ordinary ones. */
  void note(List<Waiting> waits, Instant now) {
    notes.of(waits, now).forEach(note -> write(note, now));
  }

  private void write(WaitingNotes.Note note, Instant now) {
    RunLogEntry entry =
        RunLogEntries.dated(WaitingNotes.LOG_KIND, note.endpoint(), note.text(), now);
    try {
      producer.send(
          new ProducerRecord<>(topic, WaitingNotes.LOG_KIND, entry),
          (stored, failure) -> {
            if (failure != null) {
              LOG.warn("a wait cannot be written to the run log: {}", failure.toString());
            }
          });
    } catch (KafkaException failure) {
      LOG.warn("a wait cannot be written to the run log: {}", failure.toString());
    }
  }

  /** No wait lasts longer than the agents. */
  @Override
  public void close() {
    note(List.of(), Instant.now());
    producer.close(Duration.ofSeconds(5));
  }
}
