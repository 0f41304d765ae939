package orcaflow.cli.letters;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import orcaflow.schemas.Cluster;

/**
 * The letters of one topic, stage and kind of cause.
 *
 * @param topic of the letters
 * @param open those that are not redriven
 * @param example one of the causes, the newest
 */
public record LetterCount(
    String topic,
    String stage,
    String kind,
    long open,
    long redriven,
    Instant oldest,
    Instant newest,
    String example) {

  /**
   * A count as it is printed.
   *
   * @param topic without the run and without its ending
   * @param cause kind of cause
   */
  public record Row(
      String topic,
      String stage,
      String cause,
      long open,
      long redriven,
      String oldest,
      String newest,
      String example) {}

  /** The count as it is printed. */
  public Row row(Cluster cluster) {
    return new Row(
        Letter.Place.shortTopic(topic, cluster),
        stage,
        kind,
        open,
        redriven,
        oldest.toString(),
        newest.toString(),
        example);
  }

  private static LetterCount of(Letter letter) {
    return new LetterCount(
        letter.place().topic(),
        letter.stageName(),
        letter.kind(),
        letter.redriven() ? 0 : 1,
        letter.redriven() ? 1 : 0,
        letter.time(),
        letter.time(),
        letter.message());
  }

  private LetterCount with(LetterCount other) {
    boolean newer = other.newest.isAfter(newest);
    return new LetterCount(
        topic,
        stage,
        kind,
        open + other.open,
        redriven + other.redriven,
        other.oldest.isBefore(oldest) ? other.oldest : oldest,
        newer ? other.newest : newest,
        newer ? other.example : example);
  }

  private record Kind(String topic, String stage, String cause) {}

  /** Counts letters, by topic, stage and kind. */
  public static List<LetterCount> of(List<Letter> letters) {
    TreeMap<Kind, LetterCount> counts =
        new TreeMap<>(
            Comparator.comparing(Kind::topic)
                .thenComparing(Kind::stage)
                .thenComparing(Kind::cause));
    for (Letter letter : letters) {
      counts.merge(
          new Kind(letter.place().topic(), letter.stageName(), letter.kind()),
          of(letter),
          LetterCount::with);
    }
    return List.copyOf(counts.values());
  }
}
