package orcaflow.agents.seed;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * JSON Lines of a stream that may pause, such as standard input. A thread of its own reads ahead a
 * little, so {@link #next} does not wait: it is empty as long as there is no row.
 */
public final class StreamedRows implements SeedRows {

  private static final int AHEAD = 1000;

  private final BlockingQueue<Line> read = new ArrayBlockingQueue<>(AHEAD);
  private final Consumer<String> said;
  private final SeedRows rows;
  private final Thread thread;

  /**
   * Begins to read.
   *
   * @param name of the stream, for sentences
   * @param said gets a sentence when the stream ends or cannot be read any more
   */
  public StreamedRows(String name, InputStream stream, Consumer<String> said) {
    this.said = said;
    this.rows = new JsonLines.Kind().open(Path.of(name), stream);
    this.thread = new Thread(() -> readAhead(name), "rows of " + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void readAhead(String name) {
    long count = 0;
    try {
      for (Optional<Line> row = rows.next(); row.isPresent(); row = rows.next()) {
        read.put(row.get());
        count++;
      }
      said.accept("%s has ended after %,d rows".formatted(name, count));
    } catch (Seeding.BadSeedFile e) {
      said.accept(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<Line> next() {
    return Optional.ofNullable(read.poll());
  }

  /** Reads no more. A read that waits for the stream ends with the process. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
