package orcaflow.trainer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import orcaflow.schemas.Cluster;
import orcaflow.testing.ChildCommand;

/** The trainer as a process of its own, which can be killed. */
record ChildTrainer(Process process) implements AutoCloseable {

  /** Starts {@link TrainerMain}; its output goes to {@code log}. */
  static ChildTrainer start(Path config, Path log) throws IOException {
    return start(config, log, List.of(), System.getProperty("java.class.path"));
  }

  /**
   * The same with an archive of loaded classes: the first that ends in order leaves it, the others
   * start faster. Java makes archives of jars only, so there is none when this runs on folders.
   */
  static ChildTrainer start(Path config, Path log, Path archive) throws IOException {
    List<String> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar"))
            .toList();
    if (jars.stream().noneMatch(jar -> jar.contains("orcaflow-trainer"))) {
      return start(config, log);
    }
    return start(
        config,
        log,
        Files.exists(archive)
            ? List.of("-XX:SharedArchiveFile=" + archive)
            : List.of(
                "-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"),
        String.join(File.pathSeparator, jars));
  }

  private static ChildTrainer start(Path config, Path log, List<String> options, String classPath)
      throws IOException {
    List<String> command =
        ChildCommand.of(
            1024,
            options,
            classPath,
            TrainerMain.class.getName(),
            List.of("--config", config.toString()));
    return new ChildTrainer(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
  }

  /** A config file: it trains, and saves a checkpoint every {@code stride} steps. */
  static String config(Cluster cluster, Path recipe, Path dir, int stride) {
    return """
        cluster: { bootstrap: "%s", registry: "%s", run: %s, kafka: {} }
        recipe: "%s"
        trainer:
          dir: "%s"
          torchThreads: 1
          train: { enabled: true, checkpoint: { steps: %d, seconds: 60, keep: 3 }, readSeconds: 20, openAfterRows: 0, openAfterQuietSeconds: 0 }
          server: { enabled: false, host: 127.0.0.1, port: 0, batch: 16, gatherMillis: 5, queue: 64, policies: 2, maxTokens: 16 }
          evaluate: { enabled: false, benchmarks: [], batch: 8 }
          observe: { host: 127.0.0.1, port: 0 }
        """
        .formatted(cluster.bootstrap(), cluster.registry(), cluster.run(), recipe, dir, stride);
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
