package orcaflow.trainer.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.Fencing;
import orcaflow.service.MetricsBinding;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Writes events of which every id is to be in its topic once, whatever dies and comes back. First
 * it fences its predecessor, then it reads what that one has left, and only then it writes. Events
 * wait for {@link #flush}, which commits them in one transaction. One thread.
 */
public final class IdempotentWriter implements AutoCloseable {

  private final String owner;
  private final KafkaProducer<String, SpecificRecord> producer;
  private final String run;
  private final MetricsBinding watch;
  private final Map<String, Set<String>> known = new HashMap<>();
  private final List<ProducerRecord<String, SpecificRecord>> waiting = new ArrayList<>();

  /**
   * @param owner name of the writer, unique in a run; of two with the same name the older is shut
   *     out
   * @param topics what it will write to; nobody else may
   */
  public IdempotentWriter(KafkaAccess wire, String owner, List<Topic<?>> topics) {
    this.owner = wire.cluster().named(owner);
    this.run = wire.run();
    this.producer = Clients.producer(wire.cluster(), owner);
    try {
      producer.initTransactions();
      topics.forEach(topic -> known.put(topic.name(), ids(wire, owner, topic)));
    } catch (RuntimeException e) {
      producer.close();
      throw named(e);
    }
    this.watch = wire.meters().watch(producer::metrics);
  }

  /** A newer process has taken over; whatever this one would still write is refused. */
  public static final class Fenced extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fenced(String owner, Throwable cause) {
      super(
          ("another process has started as '%s' and taken over: this one ends here and leaves"
                  + " the run to it")
              .formatted(owner),
          cause);
    }
  }

  /** Whether the topic holds the id, or will after the next flush. */
  public boolean holds(Topic<?> topic, String id) {
    return known.get(topic.name()).contains(id);
  }

  /** Takes the event for the next flush, unless its id is there already. */
  public <T extends SpecificRecord> void append(Topic<T> topic, T event) {
    if (known.get(topic.name()).add(topic.idOf().apply(event))) {
      waiting.add(new ProducerRecord<>(topic.in(run), topic.keyOf().apply(event), event));
    }
  }

  /**
   * Commits what waits, all or nothing.
   *
   * @throws Fenced when a newer ledger of this name is open
   */
  public void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    try {
      producer.beginTransaction();
      waiting.forEach(producer::send);
      producer.commitTransaction();
      waiting.clear();
    } catch (KafkaException e) {
      throw named(e);
    }
  }

  private RuntimeException named(RuntimeException failure) {
    return Fencing.isReasonOf(failure) ? new Fenced(owner, failure) : failure;
  }

  /** Closes without flushing: an open transaction is aborted. */
  @Override
  public void close() {
    watch.close();
    producer.close();
  }

  private static <T extends SpecificRecord> Set<String> ids(
      KafkaAccess wire, String owner, Topic<T> topic) {
    try (TopicFollower<T> follower =
        new TopicFollower<>(KafkaAccess.unwatched(wire.cluster()), owner, topic)) {
      Set<String> ids = new HashSet<>();
      follower.pollToEnd().forEach(event -> ids.add(topic.idOf().apply(event)));
      return ids;
    }
  }
}
