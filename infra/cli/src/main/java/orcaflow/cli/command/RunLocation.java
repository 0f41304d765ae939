package orcaflow.cli.command;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import orcaflow.cli.run.Endpoints;
import orcaflow.cli.run.RunSettings;
import orcaflow.cli.run.RunningProcess;
import orcaflow.cli.terminal.Logging;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConnectionSettings;
import orcaflow.stack.BrokerCheck;
import orcaflow.stack.Stack;
import picocli.CommandLine.Option;

/** Where runs are: in a folder, whether or not something runs there, or on any Kafka. */
final class RunLocation {

  @Option(
      names = "--dir",
      defaultValue = "orcaflow-data",
      description = "Folder of the run (default: ${DEFAULT-VALUE}).")
  private Path dir;

  @Option(names = "--bootstrap", description = "Kafka elsewhere, host:port.")
  private Optional<String> bootstrap = Optional.empty();

  @Option(names = "--registry", description = "Schema registry elsewhere, its URL.")
  private Optional<String> registry = Optional.empty();

  @Option(
      names = "--command-config",
      paramLabel = "F",
      description = "Client settings for Kafka and registry elsewhere, a properties file.")
  private Optional<Path> commandConfig = Optional.empty();

  /** Longer than a start takes. */
  private static final int MOST_SECONDS = 180;

  private static final int SECONDS_BETWEEN_LINES = 10;
  private static final Duration GLANCE = Duration.ofMillis(300);

  Path dir() {
    return dir;
  }

  /** Whether the options name a cluster instead of a folder. */
  boolean elsewhere() {
    return bootstrap.isPresent() || registry.isPresent() || commandConfig.isPresent();
  }

  /** The cluster, and the folder's own broker and registry if they were started for this. */
  record Reached(Cluster cluster, Optional<Stack> started) implements AutoCloseable {
    @Override
    public void close() {
      started.ifPresent(Stack::close);
    }
  }

  /**
   * As {@link #cluster}; where nothing runs in the folder, its topics are opened meanwhile.
   *
   * @param run name of the run, if it was given
   */
  Reached reach(Optional<String> run) throws Failure.BadInput, IOException {
    boolean alive = elsewhere() || served().isPresent();
    Path stack = dir.resolve("stack");
    if (alive || !Files.isDirectory(stack)) {
      return new Reached(cluster(run), Optional.empty());
    }
    Optional<RunSettings> settings = RunSettings.read(dir.resolve("run.json"));
    Logging.into(dir);
    Stack started = Stack.start(stack);
    String name = run.or(() -> settings.map(RunSettings::run)).orElse("main");
    return new Reached(started.cluster(name), Optional.of(started));
  }

  /** The cluster named by the options, or the one that runs in the folder. */
  Cluster cluster(Optional<String> run) throws Failure.BadInput, IOException {
    if (elsewhere()) {
      Cluster cluster = clusterElsewhere(run.orElse("main"));
      BrokerCheck.requireAnswer(cluster);
      return cluster;
    }
    Endpoints endpoints = endpoints();
    return new Cluster(endpoints.bootstrap(), endpoints.registry(), run.orElse(endpoints.run()));
  }

  /** Refuses options of a cluster that do not make one, before anything is written or reached. */
  void requireClear() throws Failure.BadInput {
    if (elsewhere()) {
      clusterElsewhere("main");
    }
  }

  /** An option comes before the environment, and that before the file. */
  private Cluster clusterElsewhere(String run) throws Failure.BadInput {
    Map<String, String> settings = new HashMap<>();
    commandConfig.ifPresent(file -> settings.putAll(ConnectionSettings.file(file)));
    settings.putAll(ConnectionSettings.environment(ConnectionSettings.VARIABLES, System.getenv()));
    Optional<String> brokers = given(bootstrap, settings.remove("bootstrap.servers"));
    Optional<String> schemas = given(registry, settings.remove("schema.registry.url"));
    if (brokers.isEmpty() || schemas.isEmpty()) {
      throw new Failure.BadInput("--bootstrap and --registry go together: give both or neither");
    }
    return new Cluster(brokers.get(), schemas.get(), run, settings);
  }

  private static Optional<String> given(Optional<String> option, String setting) {
    return option.or(() -> Optional.ofNullable(setting));
  }

  /**
   * What runs in the folder. Where something starts there, or another command reads it, this waits
   * and says so.
   */
  private Optional<Endpoints> served() throws IOException {
    long begin = System.nanoTime();
    long said = 0;
    while (true) {
      Optional<Endpoints> endpoints = Endpoints.read(dir).filter(Endpoints::alive);
      Optional<RunningProcess> holder =
          endpoints.isPresent() ? Optional.empty() : RunningProcess.in(dir);
      long waited = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
      if (holder.isEmpty()) {
        return endpoints;
      }
      if (waited >= MOST_SECONDS) {
        throw new IllegalStateException(
            "process %d has %s and does not serve after %d s"
                .formatted(holder.get().pid(), dir, waited));
      }
      if (waited >= said) {
        System.err.printf(
            "process %d has %s and does not serve yet: waiting%n", holder.get().pid(), dir);
        said += SECONDS_BETWEEN_LINES;
      }
      LockSupport.parkNanos(GLANCE.toNanos());
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while %s starts".formatted(dir));
      }
    }
  }

  /** What runs in the folder. */
  Endpoints endpoints() throws Failure.BadInput, IOException {
    Optional<Endpoints> endpoints = served();
    if (endpoints.isEmpty()) {
      throw new Failure.BadInput(
          "nothing runs in %s: start it with './orcaflow up --dir %s', or name --bootstrap and --registry"
              .formatted(dir, dir));
    }
    return endpoints.get();
  }
}
