package orcaflow.cli.page;

import java.net.BindException;
import java.util.Optional;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;

/** The page of a run while it is served. */
public final class Page implements AutoCloseable {

  /** Where the page is, unless something else listens there. */
  public static final int PORT = 8642;

  private final RunModel run;
  private final PageServer server;
  private final boolean elsewhere;

  private Page(RunModel run, PageServer server, boolean elsewhere) {
    this.run = run;
    this.server = server;
    this.elsewhere = elsewhere;
  }

  /**
   * Serves the page of a run, which grows while the run is read.
   *
   * @param running whether services of the run may be running
   * @param port empty for {@link #PORT} or else a free one
   * @throws IllegalStateException if the port that is named cannot be bound
   */
  public static Page open(Cluster cluster, Recipe recipe, boolean running, Optional<Integer> port) {
    RunModel run = RunModel.begin(cluster, recipe, running, Optional.empty());
    try {
      return new Page(run, PageServer.start(run, port.orElse(PORT)), false);
    } catch (IllegalStateException e) {
      if (port.isEmpty() && e.getCause() instanceof BindException) {
        return new Page(run, PageServer.start(run, 0), true);
      }
      run.close();
      throw e;
    }
  }

  /** Waits until all that was there at the start is read. */
  public void awaitCaughtUp() throws InterruptedException {
    run.awaitCaughtUp();
  }

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
