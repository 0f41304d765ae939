package orcaflow.cli.page;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orcaflow.cli.letters.Letter;
import orcaflow.cli.letters.Letter.Place;
import orcaflow.cli.letters.LetterCount;
import orcaflow.cli.letters.LetterEvents;
import orcaflow.cli.letters.LetterTopics;
import orcaflow.cli.letters.LetterView;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

/**
 * What no stage could process.
 *
 * @param counts by topic, stage and kind of cause
 * @param newest open letters, the newest first, as {@code dlq show} prints them
 */
record DeadLetters(List<Count> counts, List<LetterView> newest) {

  private static final int SHOWN = 20;

  /**
   * The letters of one topic, stage and kind of cause.
   *
   * @param topic without the run's name
   * @param example of a cause, the newest
   */
  record Count(
      String topic,
      String stage,
      String cause,
      long open,
      long redriven,
      String oldest,
      String newest,
      String example) {}

  /** Reads all letters of a run. */
  static DeadLetters of(Cluster cluster) {
    try (LetterTopics letters = new LetterTopics(cluster);
        LetterEvents events = new LetterEvents(cluster)) {
      List<Letter> all = letters.committed(Topics.withDeadLetters());
      List<Letter> newest =
          all.stream()
              .filter(letter -> !letter.redriven())
              .sorted(Comparator.comparing(Letter::time).reversed())
              .limit(SHOWN)
              .toList();
      return new DeadLetters(
          LetterCount.of(all).stream().map(count -> count(count, cluster)).toList(),
          views(newest, cluster, letters, events));
    }
  }

  private static Count count(LetterCount count, Cluster cluster) {
    return new Count(
        Place.shortTopic(count.topic(), cluster),
        count.stage(),
        count.kind(),
        count.open(),
        count.redriven(),
        count.oldest().toString(),
        count.newest().toString(),
        count.example());
  }

  private static List<LetterView> views(
      List<Letter> chosen, Cluster cluster, LetterTopics letters, LetterEvents events) {
    Map<Place, Letter> byPlace = new HashMap<>();
    chosen.forEach(letter -> byPlace.put(letter.place(), letter));
    Map<Place, LetterView> views = new HashMap<>();
    letters.each(
        byPlace.keySet(),
        record -> {
          Place place = Place.of(record);
          views.put(
              place,
              LetterView.of(place.within(cluster), byPlace.get(place), record, events.of(record)));
        });
    return chosen.stream().map(letter -> views.get(letter.place())).filter(v -> v != null).toList();
  }
}
