package orcaflow.cli.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import orcaflow.testing.Await;
import orcaflow.testing.ChildCommand;

/** {@code ./orcaflow ...} as a process of its own, so that it can be killed. */
final class RunControlProcess {

  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final Thread reader;

  /** Guarded by {@code lines}. */
  private boolean ended;

  RunControlProcess(List<String> arguments) throws IOException {
    process =
        new ProcessBuilder(ChildCommand.of(1024, "orcaflow.cli.Main", arguments))
            .redirectErrorStream(true)
            .start();
    reader = new Thread(this::read, "front-door-output");
    reader.start();
  }

  private void read() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException e) {
      synchronized (lines) {
        lines.add(e.toString());
      }
    } finally {
      synchronized (lines) {
        ended = true;
        lines.notifyAll();
      }
    }
  }

  /** Waits until a line with this text was printed, or the process ended. */
  void awaitLine(String text) throws InterruptedException {
    long end = System.nanoTime() + Await.LIMIT.toNanos();
    synchronized (lines) {
      while (!ended && lines.stream().noneMatch(line -> line.contains(text))) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError(
              "within %s no line with '%s':%n%s".formatted(Await.LIMIT, text, output()));
        }
        lines.wait(left);
      }
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
