package orcaflow.cli.page;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orcaflow.cli.letters.Letter;
import orcaflow.cli.letters.LetterCount;
import orcaflow.cli.letters.LetterEvents;
import orcaflow.cli.letters.LetterTopics;
import orcaflow.cli.letters.LetterView;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

/** Reads the dead letters of a run when they are asked for. One reading at a time. */
final class LetterBook implements AutoCloseable {

  private static final int SHOWN = 20;

  private final Cluster cluster;
  private final Optional<Instant> until;
  private final LetterTopics letters;
  private final LetterEvents events;

  /**
   * @param until letters and marks before this time; empty for all
   */
  LetterBook(Cluster cluster, Optional<Instant> until) {
    this.cluster = cluster;
    this.until = until;
    this.letters = new LetterTopics(cluster);
    this.events = new LetterEvents(cluster);
  }

  synchronized DeadLetters now() {
    List<Letter> all =
        until.isPresent()
            ? letters.before(until.get(), Topics.withDeadLetters())
            : letters.committed(Topics.withDeadLetters());
    return new DeadLetters(
        LetterCount.of(all).stream().map(count -> count.row(cluster)).toList(),
        LetterView.of(Letter.newestOpen(all, SHOWN), cluster, letters, events));
  }

  @Override
  public void close() {
    letters.close();
    events.close();
  }
}
