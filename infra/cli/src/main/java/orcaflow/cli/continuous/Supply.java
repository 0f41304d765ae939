package orcaflow.cli.continuous;

import java.util.Optional;
import orcaflow.agents.seed.SeedFeed;
import orcaflow.schemas.Cluster;

/** Lets the problems of a source into a run as they become due; none without a source. */
public final class Supply implements AutoCloseable {

  private static final String INSTANCE = "source";

  private final Optional<Feed> feed;
  private long written;

  private record Feed(SeedFeed rows, Pace pace) {}

  private Supply(Optional<Feed> feed) {
    this.feed = feed;
  }

  /**
   * Opens a source; problems of an earlier start are not let in again.
   *
   * @param seed of the author
   */
  public static Supply open(Cluster cluster, Optional<ProblemSource> source, long seed) {
    return new Supply(source.map(some -> feed(cluster, some, seed)));
  }

  private static Feed feed(Cluster cluster, ProblemSource source, long seed) {
    ScriptedAuthor author = new ScriptedAuthor(seed);
    return new Feed(
        SeedFeed.open(cluster, INSTANCE, "the scripted author", author),
        new Pace(source.perSecond(), SeedFeed.MOST_ROWS, System.nanoTime()));
  }

  /** Lets in what is due; called again and again. */
  public void letIn() {
    feed.ifPresent(
        open -> {
          long due = open.pace().take(System.nanoTime());
          written += due > 0 ? open.rows().nextNew(due) : 0;
        });
  }

  /** What it did since the start, for people. */
  public String sentence() {
    return feed.isPresent() ? "%,d problems let in".formatted(written) : "";
  }

  @Override
  public void close() {
    feed.ifPresent(open -> open.rows().close());
  }
}
