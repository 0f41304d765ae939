package orcaflow.cli.letters;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import orcaflow.cli.letters.Letter.Place;
import orcaflow.cli.letters.RedrivePlan.Group;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.log.Fencing;
import orcaflow.schemas.log.LetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes dead letters back to the topics they came from, each exactly once. A record and the marks
 * of its letters are written in one transaction, so there is never one without the other.
 *
 * <p>The order keeps it so. A redrive first takes over the run's transactional id, which aborts or
 * completes what a predecessor left open and lets it write no more. Only then does it read which
 * letters are redriven, to the end of the log. So a redrive that is killed at any moment is
 * continued by the next one, and of two at once the older one fails.
 */
public final class Redrive implements AutoCloseable {

  private static final String ID = "redrive";

  /** Records of one transaction. */
  private static final int TOGETHER = 200;

  private final Cluster cluster;
  private final LetterTopics letters;
  private final LetterEvents events;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, Integer> partitions = new HashMap<>();
  private int waiting;

  public Redrive(Cluster cluster) {
    this.cluster = cluster;
    this.letters = new LetterTopics(cluster);
    this.events = new LetterEvents(cluster);
    this.producer =
        new KafkaProducer<>(
            ClientSettings.transactionalProducer(cluster, ID),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Redrives the letters of these topics; returns what was done. */
  public RedrivePlan run(Collection<Topic<?>> topics, LetterFilter filter) {
    try {
      producer.initTransactions();
      RedrivePlan plan = RedrivePlan.of(letters.settled(topics), filter, cluster.run());
      Map<Place, Group> byLetter =
          plan.records().stream()
              .collect(Collectors.toMap(group -> group.first().place(), Function.identity()));
      letters.each(byLetter.keySet(), record -> redrive(record, byLetter.get(Place.of(record))));
      commit();
      return plan;
    } catch (KafkaException e) {
      throw Fencing.isReasonOf(e)
          ? new IllegalStateException(
              "another redrive of run '%s' has started and taken over".formatted(cluster.run()), e)
          : e;
    }
  }

  private void redrive(ConsumerRecord<byte[], byte[]> letter, Group group) {
    if (waiting == 0) {
      producer.beginTransaction();
    }
    Set<String> outcomes = group.takesBack();
    outcomes.addAll(unnamedOutcomes(letter, group));
    Place source = group.source();
    producer.send(
        new ProducerRecord<>(
            source.topic(),
            partition(source).orElse(null),
            letter.key(),
            letter.value(),
            LetterHeaders.redriven(letter.headers(), group.times(), outcomes)));
    for (Letter each : group.letters()) {
      Place place = each.place();
      producer.send(
          new ProducerRecord<>(
              place.topic(),
              place.partition(),
              letter.key(),
              null,
              LetterHeaders.mark(place.offset())));
    }
    waiting++;
    if (waiting >= TOGETHER) {
      commit();
    }
  }

  /** The partition that it came from, so that joins find it; by its key if there is none such. */
  private Optional<Integer> partition(Place source) {
    int there = partitions.computeIfAbsent(source.topic(), letters::partitions);
    return source.partition() < there ? Optional.of(source.partition()) : Optional.empty();
  }

  /** Outcomes that were stored with letters of a build whose letters do not name them. */
  private Set<String> unnamedOutcomes(ConsumerRecord<byte[], byte[]> letter, Group group) {
    return group.letters().stream()
        .filter(each -> each.stage().isPresent() && each.outcome().isEmpty())
        .flatMap(each -> events.id(letter).map(id -> Ids.outcome(each.stage().get(), id)).stream())
        .collect(Collectors.toSet());
  }

  /** Fails if a record of the transaction could not be stored, and then stores none. */
  private void commit() {
    if (waiting > 0) {
      producer.commitTransaction();
      waiting = 0;
    }
  }

  @Override
  public void close() {
    // Without a commit the broker aborts what is open, at the latest when the next redrive begins.
    producer.close(Duration.ofSeconds(2));
    events.close();
    letters.close();
  }
}
