package orcaflow.cli.page;

import java.util.List;
import orcaflow.cli.letters.Letter;
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
record DeadLetters(List<LetterCount.Row> counts, List<LetterView> newest) {

  private static final int SHOWN = 20;

  /** Reads all letters of a run. */
  static DeadLetters of(Cluster cluster) {
    try (LetterTopics letters = new LetterTopics(cluster);
        LetterEvents events = new LetterEvents(cluster)) {
      List<Letter> all = letters.committed(Topics.withDeadLetters());
      return new DeadLetters(
          LetterCount.of(all).stream().map(count -> count.row(cluster)).toList(),
          LetterView.of(Letter.newestOpen(all, SHOWN), cluster, letters, events));
    }
  }
}
