package orcaflow.cli.continuous;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import orcaflow.agents.seed.SeedFeed;
import orcaflow.agents.seed.SeedRows;
import orcaflow.agents.seed.SeedServer;
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
   * @param committed called when the rows that were let in are in the log
   */
  private record Feed(SeedFeed rows, LongSupplier due, Runnable committed) {

    /** All that is there may be let in. */
    static Feed of(SeedFeed rows, Runnable committed) {
      return new Feed(rows, () -> SeedFeed.MOST_ROWS, committed);
    }
  }

  private Supply(Optional<Feed> feed) {
    this.feed = feed;
  }

  /**
   * Opens a source; problems of an earlier start are not let in again.
   *
   * @param seed of the author
   * @param dir folder of what is known of the problems that are in
   * @param said gets a sentence for each file that cannot be read, when the input ends, and the
   *     address of one that is posted
   */
  public static Supply open(
      Cluster cluster, Optional<ProblemSource> source, long seed, Path dir, Consumer<String> said) {
    return new Supply(source.map(some -> feed(cluster, some, seed, dir, said)));
  }

  private static Feed feed(
      Cluster cluster, ProblemSource source, long seed, Path dir, Consumer<String> said) {
    if (source instanceof ProblemSource.Scripted scripted) {
      Pace pace = new Pace(scripted.perSecond(), SeedFeed.MOST_ROWS, System.nanoTime());
      return new Feed(
          open(cluster, "the scripted author", new ScriptedAuthor(seed), dir),
          () -> pace.take(System.nanoTime()),
          () -> {});
    }
    if (source instanceof ProblemSource.Folder folder) {
      SeedRows rows = new WatchedFolder(folder.path(), QUIET, said);
      return Feed.of(open(cluster, folder.path().toString(), rows, dir), () -> {});
    }
    if (source instanceof ProblemSource.Http http) {
      SeedServer server = SeedServer.start(http.port(), said);
      return Feed.of(open(cluster, "posts", server, dir), server::committed);
    }
    String name = "standard input";
    SeedRows rows = new StreamedRows(name, System.in, said);
    return Feed.of(open(cluster, name, rows, dir), () -> {});
  }

  private static SeedFeed open(Cluster cluster, String name, SeedRows rows, Path dir) {
    return SeedFeed.open(cluster, INSTANCE, name, rows, dir);
  }

  /** Lets in what is due; called again and again. */
  public void letIn() {
    feed.ifPresent(
        open -> {
          long due = open.due().getAsLong();
          written += due > 0 ? open.rows().nextNew(due) : 0;
          open.committed().run();
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
