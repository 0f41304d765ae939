package orcaflow.cli.letters;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.LetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * What a dead letter says. The record itself stays in the topic, so that very many letters can be
 * held.
 *
 * @param place where the letter is
 * @param time when it was put aside
 * @param stage stage of the agents that did so; empty for Kafka Streams
 * @param exception class of the cause
 * @param message its message, or the beginning of it
 * @param source the record that was put aside, if the letter names it
 * @param outcome the outcome that was stored with the letter; empty for Kafka Streams, and for
 *     letters of a build that did not name it
 * @param takenBack outcomes that the record takes back already
 * @param timesRedriven how often the record was redriven before it was put aside
 * @param redriven whether the letter is redriven
 */
public record Letter(
    Place place,
    Instant time,
    Optional<String> stage,
    String exception,
    String message,
    Optional<Place> source,
    Optional<String> outcome,
    Set<String> takenBack,
    long timesRedriven,
    boolean redriven) {

  private static final int LONGEST_MESSAGE = 1_000;

  /**
   * Where a record is.
   *
   * @param topic with its run prefix
   */
  public record Place(String topic, int partition, long offset) {

    /** The place of a record. */
    public static Place of(ConsumerRecord<?, ?> record) {
      return new Place(record.topic(), record.partition(), record.offset());
    }

    /** A topic of dead letters as the commands name it: without the run, and without its ending. */
    public static String shortTopic(String topic, Cluster cluster) {
      String run = cluster.named("");
      return (topic.startsWith(run) ? topic.substring(run.length()) : topic)
          .replaceFirst("\\.dlq$", "");
    }

    /** As the commands print and take it: topic without the run, partition and offset. */
    public String within(Cluster cluster) {
      return "%s/%d/%d".formatted(shortTopic(topic, cluster), partition, offset);
    }

    @Override
    public String toString() {
      return "%s/%d/%d".formatted(topic, partition, offset);
    }
  }

  static Letter of(ConsumerRecord<?, ?> record) {
    Headers headers = record.headers();
    return new Letter(
        Place.of(record),
        Instant.ofEpochMilli(record.timestamp()),
        LetterHeaders.text(headers, LetterHeaders.STAGE),
        LetterHeaders.text(headers, LetterHeaders.EXCEPTION).orElse("?"),
        beginning(LetterHeaders.text(headers, LetterHeaders.MESSAGE).orElse("")),
        source(headers),
        LetterHeaders.text(headers, LetterHeaders.OUTCOME),
        LetterHeaders.takenBack(headers),
        LetterHeaders.timesRedriven(headers),
        false);
  }

  private static Optional<Place> source(Headers headers) {
    Optional<String> topic = LetterHeaders.text(headers, LetterHeaders.TOPIC);
    Optional<Long> partition = LetterHeaders.number(headers, LetterHeaders.PARTITION);
    Optional<Long> offset = LetterHeaders.number(headers, LetterHeaders.OFFSET);
    return topic.isPresent() && partition.isPresent() && offset.isPresent()
        ? Optional.of(
            new Place(
                topic.get(), (int) Math.min(partition.get(), Integer.MAX_VALUE), offset.get()))
        : Optional.empty();
  }

  private static String beginning(String message) {
    return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
  }

  Letter markedRedriven() {
    return new Letter(
        place, time, stage, exception, message, source, outcome, takenBack, timesRedriven, true);
  }

  /**
   * The open ones of some letters, the newest first.
   *
   * @param most how many at most
   */
  public static List<Letter> newestOpen(List<Letter> letters, long most) {
    return letters.stream()
        .filter(letter -> !letter.redriven())
        .sorted(Comparator.comparing(Letter::time).reversed())
        .limit(most)
        .toList();
  }

  /** Class of the cause without its package. */
  public String kind() {
    return exception.substring(exception.lastIndexOf('.') + 1);
  }

  /** Who put the record aside. */
  public String stageName() {
    return stage.orElse("streams");
  }

  /** The cause in one line. */
  public String cause() {
    return message.isEmpty() ? exception : exception + ": " + message;
  }
}
