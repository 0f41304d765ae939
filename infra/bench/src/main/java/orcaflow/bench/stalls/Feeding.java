package orcaflow.bench.stalls;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import orcaflow.cli.continuous.ProblemSource;
import orcaflow.cli.continuous.Supply;
import orcaflow.schemas.Cluster;

/** Lets in problems of the scripted author until it is closed. */
final class Feeding implements AutoCloseable {

  private static final int PROBLEMS_PER_SECOND = 10;
  private static final long PAUSE_NANOS = 200_000_000L;

  private final Supply supply;
  private final Thread thread = new Thread(this::feed, "feeding");
  private volatile boolean closing;

  Feeding(Cluster cluster, Path dir) {
    supply =
        Supply.open(
            cluster,
            Optional.of(new ProblemSource.Scripted(PROBLEMS_PER_SECOND)),
            1,
            dir,
            sentence -> {});
    thread.setDaemon(true);
    thread.start();
  }

  private void feed() {
    while (!closing) {
      supply.letIn();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join();
    supply.close();
  }
}
