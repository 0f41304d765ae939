package orcaflow.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.cli.run.BundledFiles;
import orcaflow.schemas.Cluster;

/** A command or service as a process of its own, which can be frozen and killed. */
public final class ServiceProcess implements AutoCloseable {

  private static final int QUESTIONS = 30;
  private static final long PATIENCE_NANOS = 180_000_000_000L;

  private final String main;
  private final Process process;
  private final Path log;

  private ServiceProcess(String main, Process process, Path log) {
    this.main = main;
    this.process = process;
    this.log = log;
  }

  /** A service, with the configuration that it prints itself and some variables. */
  public static ServiceProcess service(
      Path dir, String main, Cluster cluster, Map<String, String> own)
      throws IOException, InterruptedException, CannotMeasure {
    Path file = dir.resolve(main + ".yaml");
    Process printing =
        new ProcessBuilder(command(List.of(main, "--print-config")))
            .redirectOutput(file.toFile())
            .start();
    if (printing.waitFor() != 0) {
      throw new CannotMeasure("%s prints no configuration".formatted(main));
    }
    Map<String, String> variables = new HashMap<>(own);
    variables.put("ORCAFLOW_CLUSTER_BOOTSTRAP", cluster.bootstrap());
    variables.put("ORCAFLOW_CLUSTER_REGISTRY", cluster.registry());
    variables.put("ORCAFLOW_CLUSTER_RUN", cluster.run());
    return start(dir, List.of(main, "--config", file.toString()), variables);
  }

  /** A command as a user starts it, by the front door of the repository. */
  public static ServiceProcess command(Path root, Path dir, String name, String... arguments)
      throws IOException {
    Path log = dir.resolve(name + ".log");
    List<String> all = new ArrayList<>(List.of(root.resolve("orcaflow").toString(), name));
    all.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(log.toFile());
    return new ServiceProcess(name, builder.start(), log);
  }

  /** A main class with arguments. */
  public static ServiceProcess start(
      Path dir, List<String> arguments, Map<String, String> variables) throws IOException {
    return start(dir, List.of(), arguments, variables);
  }

  /**
   * The same by a command that becomes the process.
   *
   * @param by has the process's own command behind it
   */
  public static ServiceProcess start(
      Path dir, List<String> by, List<String> arguments, Map<String, String> variables)
      throws IOException {
    Path log = dir.resolve(arguments.get(0) + ".log");
    List<String> all = new ArrayList<>(by);
    all.addAll(command(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(variables);
    return new ServiceProcess(arguments.get(0), builder.start(), log);
  }

  /**
   * Arguments of {@code up} with a small benchmark, which is its validation set, too.
   *
   * @param work for the benchmark's file
   * @param dir of the run
   * @param more further options
   */
  public static List<String> up(Path work, Path dir, Path recipe, String... more)
      throws IOException {
    Path benchmark =
        Files.write(
            work.resolve("benchmark.jsonl"),
            Files.readAllLines(BundledFiles.unpack(BundledFiles.BENCHMARK, work))
                .subList(0, QUESTIONS));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "orcaflow.cli.Main",
                "up",
                "--dir=" + dir,
                "--recipe=" + recipe,
                "--benchmark=" + benchmark,
                "--validation=" + benchmark));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static List<String> command(List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorcaflow.root=" + System.getProperty("orcaflow.root"),
                "-Dorcaflow.terminal=false",
                "-cp",
                System.getProperty("java.class.path")));
    String registry = System.getProperty("orcaflow.registry.home");
    if (registry != null) {
      command.add(1, "-Dorcaflow.registry.home=" + registry);
    }
    String archive = System.getProperty("orcaflow.archive");
    if (archive != null) {
      command.add(1, "-XX:SharedArchiveFile=" + archive);
    }
    command.addAll(arguments);
    return command;
  }

  /** Waits for a line of its output, of which it gives the first group. */
  public String said(Pattern line) throws IOException, InterruptedException, CannotMeasure {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      Matcher found = line.matcher(Files.readString(log));
      if (found.find()) {
        return found.group(1);
      }
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new CannotMeasure(
            "%s did not say '%s':%n%s".formatted(main, line, Files.readString(log)));
      }
      Thread.sleep(50);
    }
  }

  /** The first group of the newest line of its output that is like this. */
  public Optional<String> last(Pattern line) throws IOException {
    return line.matcher(Files.readString(log))
        .results()
        .map(found -> found.group(1))
        .reduce((earlier, later) -> later);
  }

  public long pid() {
    return process.pid();
  }

  /**
   * Lets it live for a time.
   *
   * @throws CannotMeasure if it ends by itself, with the end of what it said
   */
  public void live(Duration time) throws IOException, InterruptedException, CannotMeasure {
    if (process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new CannotMeasure(
          "%s ended by itself with status %d:%n%s"
              .formatted(main, process.exitValue(), Files.readString(log)));
    }
  }

  /** Its exit status, within a while. */
  public int ended() throws InterruptedException, CannotMeasure {
    if (!process.waitFor(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
      throw new CannotMeasure("%s does not end".formatted(main));
    }
    return process.exitValue();
  }

  public void freeze() throws IOException, InterruptedException {
    signal("STOP", process.pid());
  }

  public void thaw() throws IOException, InterruptedException {
    signal("CONT", process.pid());
  }

  public static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
  }

  /** Asks it to end (SIGTERM); returns when it has. */
  public void stop() throws InterruptedException, CannotMeasure {
    process.destroy();
    ended();
  }

  /** Kills it (SIGKILL); returns when it is gone. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
