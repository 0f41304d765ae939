package orcaflow.cli.continuous;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import orcaflow.agents.seed.SeedFeed;
import orcaflow.agents.seed.SeedRows;
import orcaflow.agents.seed.StreamedRows;
import orcaflow.agents.seed.WatchedFolder;
import orcaflow.schemas.Cluster;

/** Lets the problems of a source into a run as they become due; none without a source. */
public final class Supply implements AutoCloseable {

  private static final String INSTANCE = "source";

  /** A file that is being copied changes more often than this. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private final Optional<Feed> feed;
  private long written;

  /**
   * @param due how many rows may be let in now
   */
  private record Feed(SeedFeed rows, LongSupplier due) {}

  private Supply(Optional<Feed> feed) {
    this.feed = feed;
  }

  /**
   * Opens a source; problems of an earlier start are not let in again.
   *
   * @param seed of the author
   * @param said gets a sentence for each file that cannot be read, and when the input ends
   */
  public static Supply open(
      Cluster cluster, Optional<ProblemSource> source, long seed, Consumer<String> said) {
    return new Supply(source.map(some -> feed(cluster, some, seed, said)));
  }

  private static Feed feed(
      Cluster cluster, ProblemSource source, long seed, Consumer<String> said) {
    if (source instanceof ProblemSource.Scripted scripted) {
      Pace pace = new Pace(scripted.perSecond(), SeedFeed.MOST_ROWS, System.nanoTime());
      return new Feed(
          open(cluster, "the scripted author", new ScriptedAuthor(seed)),
          () -> pace.take(System.nanoTime()));
    }
    if (source instanceof ProblemSource.Folder folder) {
      SeedRows rows = new WatchedFolder(folder.path(), QUIET, said);
      return new Feed(open(cluster, folder.path().toString(), rows), () -> SeedFeed.MOST_ROWS);
    }
    String name = "standard input";
    SeedRows rows = new StreamedRows(name, System.in, said);
    return new Feed(open(cluster, name, rows), () -> SeedFeed.MOST_ROWS);
  }

  private static SeedFeed open(Cluster cluster, String name, SeedRows rows) {
    return SeedFeed.open(cluster, INSTANCE, name, rows);
  }

  /** Lets in what is due; called again and again. */
  public void letIn() {
    feed.ifPresent(
        open -> {
          long due = open.due().getAsLong();
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
