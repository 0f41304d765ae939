package orcaflow.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The trainer as a process of its own, which can be killed. */
record ChildTrainer(Process process) implements AutoCloseable {

  /** Starts {@link TrainerMain}; its output goes to {@code log}. */
  static ChildTrainer start(Path config, Path log) throws IOException {
    return new ChildTrainer(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx1g",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    TrainerMain.class.getName(),
                    "--config",
                    config.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
  }

  /** As kill -9 does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** As kill does; the exit status. */
  int terminate() {
    process.destroy();
    return process.onExit().join().exitValue();
  }

  boolean alive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    kill();
  }

  static String said(Path log) throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }
}
