package orcaflow.cli.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import orcaflow.stack.Stack;

/** The {@code run} or {@code up} that has a folder. */
public final class RunningProcess {

  private final Path dir;
  private final ProcessHandle process;

  private RunningProcess(Path dir, ProcessHandle process) {
    this.dir = dir;
    this.process = process;
  }

  /** What runs in a folder; one that starts has no addresses yet and is found by its lock. */
  public static Optional<RunningProcess> in(Path dir) throws IOException {
    Optional<ProcessHandle> found = Endpoints.read(dir).flatMap(Endpoints::process);
    if (found.isEmpty()) {
      found = Stack.userOf(dir.resolve("stack"));
    }
    return found
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .map(process -> new RunningProcess(dir, process));
  }

  public long pid() {
    return process.pid();
  }

  /**
   * Sends it what Ctrl-C does.
   *
   * @throws IllegalStateException if that is not allowed
   */
  public void askToStop() {
    if (!process.destroy()) {
      throw new IllegalStateException(
          "process %d, which runs in %s, cannot be asked to stop: is it another user's?"
              .formatted(pid(), dir));
    }
  }

  /** Whether it has ended, within that time. */
  public boolean hasEnded(long millis) throws InterruptedException {
    try {
      process.onExit().get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("process %d cannot be watched".formatted(pid()), e);
    }
  }
}
