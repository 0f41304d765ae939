package orcaflow.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Which process last worked in a folder: its pid and, because pids are used again, the moment it
 * started.
 */
final class PidFile {

  private final Path file;

  PidFile(Path file) {
    this.file = file;
  }

  void write(ProcessHandle process) {
    try {
      Files.writeString(file, process.pid() + " " + startOf(process) + "\n");
    } catch (IOException e) {
      throw new StackException("cannot write %s: %s".formatted(file, e), e);
    }
  }

  /** The process that wrote itself down here, if it still lives. */
  Optional<ProcessHandle> living() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      String[] parts = Files.readString(file).trim().split(" ", 2);
      // A kill in the middle of writing leaves half a line: that process never ran for long.
      if (parts.length != 2 || !parts[0].matches("\\d{1,18}")) {
        return Optional.empty();
      }
      return ProcessHandle.of(Long.parseLong(parts[0]))
          .filter(ProcessHandle::isAlive)
          .filter(process -> startOf(process).equals(parts[1]));
    } catch (IOException e) {
      throw new StackException("cannot read %s: %s".formatted(file, e), e);
    }
  }

  /**
   * Waits until the former process is gone.
   *
   * @throws StackException if it still lives after that time
   */
  void awaitGone(Duration patience) {
    Optional<ProcessHandle> living = living();
    if (living.isEmpty()) {
      return;
    }
    try {
      living.get().onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new StackException(
          "%s is in use by process %d, which has not ended within %d s"
              .formatted(file.getParent(), living.get().pid(), patience.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException(
          "interrupted while waiting for process " + living.get().pid() + " to end", e);
    }
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }
}
