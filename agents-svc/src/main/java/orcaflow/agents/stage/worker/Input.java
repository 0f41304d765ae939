package orcaflow.agents.stage.worker;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import orcaflow.agents.stage.Stage;
import orcaflow.schemas.Ids;
import orcaflow.schemas.log.LetterHeaders;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A delivered record and its event.
 *
 * @param id id of the event; topic, partition and offset where it cannot be read
 * @param outcomeId id of the outcome of this stage for the input; another one where the record
 *     takes back an earlier outcome, so that the stage works on it again
 * @param problemId key of the outcome
 * @param iteration iteration of the event, 0 where it has none
 * @param event empty where the record cannot be read
 * @param defect why the record cannot be read; empty where it can
 */
record Input<I extends SpecificRecord>(
    ConsumerRecord<byte[], byte[]> record,
    String id,
    String outcomeId,
    String problemId,
    int iteration,
    Optional<I> event,
    Optional<Throwable> defect) {

  static <I extends SpecificRecord> Input<I> of(
      Stage<I> stage, ConsumerRecord<byte[], byte[]> record, I event) {
    String id = stage.input().idOf().apply(event);
    return new Input<>(
        record,
        id,
        outcomeId(stage, id, record),
        stage.input().keyOf().apply(event),
        stage.iteration().applyAsInt(event),
        Optional.of(event),
        Optional.empty());
  }

  static <I extends SpecificRecord> Input<I> unreadable(
      Stage<I> stage, ConsumerRecord<byte[], byte[]> record, Throwable defect) {
    String id = Ids.unreadable(record.topic(), record.partition(), record.offset());
    return new Input<>(
        record,
        id,
        outcomeId(stage, id, record),
        record.key() == null ? id : new String(record.key(), StandardCharsets.UTF_8),
        0,
        Optional.empty(),
        Optional.of(defect));
  }

  /** A record that is redriven again takes back one outcome after the other. */
  private static String outcomeId(
      Stage<?> stage, String id, ConsumerRecord<byte[], byte[]> record) {
    Set<String> takenBack = LetterHeaders.takenBack(record.headers());
    String outcome = Ids.outcome(stage.name(), id);
    while (takenBack.contains(outcome)) {
      outcome = Ids.outcomeAfter(outcome);
    }
    return outcome;
  }

  /** Number of this delivery, from 1. */
  int delivery() {
    return record.deliveryCount().orElse((short) 1);
  }
}
