package orcaflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConnectionSettings;
import orcaflow.testing.ChildCommand;

/** The services as processes of their own, with their files and logs in one folder. */
final class ServiceProcesses {

  /** What each prints, which is the same every time. */
  private static final Map<String, String> PRINTED = new ConcurrentHashMap<>();

  private final Path dir;
  private final List<Process> processes = new ArrayList<>();

  ServiceProcesses(Path dir) {
    this.dir = dir;
  }

  /** Starts a service with the configuration file that it prints itself. */
  void start(String main, Cluster cluster, Map<String, String> own) throws Exception {
    Map<String, String> environment = new HashMap<>(own);
    environment.put("ORCAFLOW_CLUSTER_BOOTSTRAP", cluster.bootstrap());
    environment.put("ORCAFLOW_CLUSTER_REGISTRY", cluster.registry());
    environment.put("ORCAFLOW_CLUSTER_RUN", cluster.run());
    cluster
        .kafka()
        .forEach(
            (key, value) ->
                environment.put(
                    ConnectionSettings.VARIABLES + key.replace('.', '_').toUpperCase(Locale.ROOT),
                    value));
    Path file = dir.resolve(main + ".yaml");
    Files.writeString(file, printed(main));
    processes.add(
        java(
            List.of("orcaflow." + main, "--config", file.toString()),
            environment,
            dir.resolve(main + ".log")));
  }

  /** The configuration file that a service prints. */
  String printed(String main) throws Exception {
    if (!PRINTED.containsKey(main)) {
      Path output = dir.resolve(main + ".printed");
      Process process = java(List.of("orcaflow." + main, "--print-config"), Map.of(), output);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      PRINTED.put(main, Files.readString(output));
    }
    return PRINTED.get(main);
  }

  /** A process of ours whose output goes to a file. */
  Process java(List<String> arguments, Map<String, String> more, Path output) throws IOException {
    List<String> command =
        ChildCommand.of(512, arguments.get(0), arguments.subList(1, arguments.size()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(more);
    return builder.start();
  }

  /** What all have printed so far. */
  String logs() {
    StringBuilder logs = new StringBuilder();
    for (String main : List.of("agents.AgentsMain", "streams.StreamsMain", "trainer.TrainerMain")) {
      try {
        logs.append(main).append('\n').append(Files.readString(dir.resolve(main + ".log")));
      } catch (IOException e) {
        logs.append(e);
      }
    }
    return logs.toString();
  }

  /** The process that was started last. */
  Process newest() {
    return processes.get(processes.size() - 1);
  }

  void assertAlive() {
    for (Process process : processes) {
      assertThat(process.isAlive()).as(() -> "a service ended:\n" + logs()).isTrue();
    }
  }

  /** Ends all of them, even where their broker has gone. */
  void stop() throws InterruptedException {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      assertThat(process.waitFor(90, TimeUnit.SECONDS))
          .as(() -> "ends after SIGTERM though its broker has gone:\n" + logs())
          .isTrue();
    }
  }
}
