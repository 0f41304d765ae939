package orcaflow.cli.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orcaflow.testing.Await;
import orcaflow.testing.ChildCommand;

/** {@code ./orcaflow ...} as a process of its own, so that it can be killed. */
final class RunControlProcess {

  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final Thread reader;
  private final CountDownLatch phase = new CountDownLatch(1);

  /**
   * @param awaited text of the progress line that {@link #awaitPhase} waits for
   */
  RunControlProcess(String awaited, List<String> arguments) throws IOException {
    process =
        new ProcessBuilder(ChildCommand.of(1024, "orcaflow.cli.Main", arguments))
            .redirectErrorStream(true)
            .start();
    reader = new Thread(() -> read(awaited), "front-door-output");
    reader.start();
  }

  private void read(String awaited) {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
        if (line.contains(awaited)) {
          phase.countDown();
        }
      }
    } catch (IOException e) {
      synchronized (lines) {
        lines.add(e.toString());
      }
    } finally {
      phase.countDown();
    }
  }

  /** Waits until the progress line was seen, or the process ended. */
  void awaitPhase() throws InterruptedException {
    if (!phase.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("within %s no such line:%n%s".formatted(Await.LIMIT, output()));
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** {@code kill -9}; false if it had ended by itself. */
  boolean kill() throws InterruptedException {
    boolean alive = process.isAlive();
    process.destroyForcibly().waitFor();
    reader.join();
    return alive;
  }

  /** SIGTERM, by the handle, which leaves the output open; returns the exit status. */
  int stop() throws InterruptedException {
    process.toHandle().destroy();
    return awaitEnd();
  }

  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          "the run did not end within %s:%n%s".formatted(Await.LIMIT, output()));
    }
    reader.join();
    return process.exitValue();
  }

  String output() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }
}
