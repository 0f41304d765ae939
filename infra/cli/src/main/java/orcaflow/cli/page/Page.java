package orcaflow.cli.page;

import java.net.BindException;
import java.nio.file.Path;
import java.util.Optional;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;

/** The page of a run while it is served. */
public final class Page implements AutoCloseable {

  /** Where the page is, unless something else listens there. */
  public static final int PORT = 8642;

  private final RunModels run;
  private final PageServer server;
  private final boolean elsewhere;

  private Page(RunModels run, PageServer server, boolean elsewhere) {
    this.run = run;
    this.server = server;
    this.elsewhere = elsewhere;
  }

  /**
   * What a page is of.
   *
   * @param running whether services of the run may be running
   * @param dir folder of the run on this machine; empty for a run elsewhere
   */
  public record Subject(Cluster cluster, Recipe recipe, boolean running, Optional<Path> dir) {}

  /**
   * Serves the page of a run, which grows while the run is read.
   *
   * @param port empty for {@link #PORT} or else a free one
   * @throws IllegalStateException if the port that is named cannot be bound
   */
  public static Page open(Subject of, Optional<Integer> port) {
    RunModels run = new RunModels(of.cluster(), of.recipe(), of.running());
    try {
      return new Page(run, PageServer.start(of, run, port.orElse(PORT)), false);
    } catch (IllegalStateException e) {
      if (port.isEmpty() && e.getCause() instanceof BindException) {
        return new Page(run, PageServer.start(of, run, 0), true);
      }
      run.close();
      throw e;
    }
  }

  /** Waits until all that was there at the start is read. */
  public void awaitCaughtUp() throws InterruptedException {
    run.live().awaitCaughtUp();
  }

  /** The address of a page that may change something. */
  public String link() {
    return server.link();
  }

  /** The address of the page. */
  public String url() {
    return server.url();
  }

  /** Whether {@link #PORT} was taken. */
  public boolean isElsewhere() {
    return elsewhere;
  }

  @Override
  public void close() {
    server.close();
    run.close();
  }
}
