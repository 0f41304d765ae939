package orcaflow.cli.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Timer;
import java.util.TimerTask;

/** Seconds spent on a run, those before a restart included: kept in a small file, to the second. */
public final class Stopwatch implements AutoCloseable {

  private final Path file;
  private final double before;
  private final long started = System.nanoTime();
  private final Timer timer = new Timer("stopwatch", true);

  private Stopwatch(Path file, double before) {
    this.file = file;
    this.before = before;
  }

  /** Continues from the seconds in the file, or begins. */
  public static Stopwatch goingOn(Path file) throws IOException {
    double before = 0;
    if (Files.exists(file)) {
      String text = Files.readString(file).strip();
      before = text.isEmpty() ? 0 : Double.parseDouble(text);
    }
    Stopwatch stopwatch = new Stopwatch(file, before);
    stopwatch.timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            stopwatch.write();
          }
        },
        1000,
        1000);
    return stopwatch;
  }

  /** So far, earlier starts included. */
  public double seconds() {
    return before + (System.nanoTime() - started) / 1e9;
  }

  private void write() {
    try {
      Files.writeString(file, "%.3f%n".formatted(seconds()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    timer.cancel();
    write();
  }
}
