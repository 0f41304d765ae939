package orcaflow.cli.letters;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import orcaflow.cli.letters.Letter.Place;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.LetterHeaders;
import orcaflow.schemas.log.TopicReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The dead letters of a run, and the marks among them: a record with {@link LetterHeaders#LETTER}
 * says that the letter at that offset of its partition is redriven.
 */
public final class LetterTopics implements AutoCloseable {

  private final Cluster cluster;
  private final TopicReader<byte[], byte[]> reader;

  public LetterTopics(Cluster cluster) {
    this.cluster = cluster;
    this.reader = TopicReader.bytes(cluster, new ByteArrayDeserializer());
  }

  /**
   * The topics whose letters are meant: the one of that name, with or without {@code .dlq}, or all.
   *
   * @return none if there is no such topic
   */
  public static List<Topic<?>> named(Optional<String> name) {
    Optional<String> topic = name.map(given -> given.replaceFirst("\\.dlq$", ""));
    return Topics.withDeadLetters().stream()
        .filter(some -> topic.isEmpty() || some.name().equals(topic.get()))
        .toList();
  }

  /** The letters of these topics as far as they are committed, in the order of their places. */
  public List<Letter> committed(Collection<Topic<?>> topics) {
    return letters(topics, TopicReader::committedEnds);
  }

  /** The same, after waiting until every open transaction in the topics is decided. */
  List<Letter> settled(Collection<Topic<?>> topics) {
    return letters(topics, TopicReader::logEnds);
  }

  /** Those of them, and of the marks, that were written before a time. */
  public List<Letter> before(Instant time, Collection<Topic<?>> topics) {
    return letters(topics, reader -> reader.committedEnds(Optional.of(time)));
  }

  private List<Letter> letters(Collection<Topic<?>> topics, Ends ends) {
    Map<TopicPartition, Map<Long, Letter>> letters = new LinkedHashMap<>();
    for (Topic<?> topic : topics) {
      reader
          .partitions(topic.deadLettersIn(cluster.run()))
          .forEach(partition -> letters.put(partition, new TreeMap<>()));
    }
    reader.startAtBeginning(letters.keySet());
    reader.readTo(
        ends.of(reader),
        record ->
            take(record, letters.get(new TopicPartition(record.topic(), record.partition()))));
    return letters.values().stream().flatMap(some -> some.values().stream()).toList();
  }

  @FunctionalInterface
  private interface Ends {
    Map<TopicPartition, Long> of(TopicReader<?, ?> reader);
  }

  private static void take(ConsumerRecord<byte[], byte[]> record, Map<Long, Letter> byOffset) {
    Optional<Long> redriven = LetterHeaders.number(record.headers(), LetterHeaders.LETTER);
    if (redriven.isPresent()) {
      byOffset.computeIfPresent(redriven.get(), (offset, letter) -> letter.markedRedriven());
    } else {
      byOffset.put(record.offset(), Letter.of(record));
    }
  }

  /** The records at these places, partition by partition; what is gone is passed over. */
  public void each(Collection<Place> places, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    Map<TopicPartition, TreeSet<Long>> offsets =
        places.stream()
            .collect(
                Collectors.groupingBy(
                    place -> new TopicPartition(place.topic(), place.partition()),
                    Collectors.mapping(Place::offset, Collectors.toCollection(TreeSet::new))));
    offsets.forEach(
        (partition, wanted) -> {
          reader.start(Map.of(partition, wanted.first()));
          reader.readTo(
              Map.of(partition, wanted.last() + 1),
              record -> {
                if (wanted.contains(record.offset())) {
                  taker.accept(record);
                }
              });
        });
  }

  /** Number of partitions of a topic. */
  int partitions(String topic) {
    return reader.partitions(topic).size();
  }

  @Override
  public void close() {
    reader.close();
  }
}
