package orcaflow.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.change.Changes;
import orcaflow.cli.run.Endpoints;
import orcaflow.cli.run.RunningProcess;
import orcaflow.schemas.Cluster;
import orcaflow.service.Folders;
import orcaflow.stack.BrokerCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ends what runs in a folder. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = {
      "Stop the 'run' or 'up' of a folder as Ctrl-C does, and wait until it has ended.",
      "Nothing is lost: the same command with the same --dir continues where it stopped."
    },
    footer = {"", "Example: ./orcaflow stop --dir orcaflow-data"})
public final class StopCommand implements Callable<Integer> {

  private static final Duration GLANCE = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      defaultValue = "orcaflow-data",
      description = "Folder of the run (default: ${DEFAULT-VALUE}).")
  private Path dir;

  @Mixin private BecauseOption because;

  @Option(
      names = "--within",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long it waits for the end (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Override
  public Integer call() throws Exception {
    Folders.requireNoFile(dir);
    PrintWriter out = spec.commandLine().getOut();
    Optional<RunningProcess> found = RunningProcess.in(dir);
    if (found.isEmpty()) {
      out.printf("nothing runs in %s%n", dir);
      return 0;
    }
    RunningProcess process = found.get();
    Instant begin = Instant.now();
    stop(process);
    Instant end = begin.plusSeconds(seconds);
    while (Instant.now().isBefore(end)) {
      long left = Math.min(GLANCE.toMillis(), Duration.between(Instant.now(), end).toMillis());
      if (process.hasEnded(Math.max(1, left))) {
        out.printf(
            "what ran in %s has stopped after %.0f s%n",
            dir, Duration.between(begin, Instant.now()).toMillis() / 1e3);
        return 0;
      }
      out.printf("process %d finishes what is in flight%n", process.pid());
      out.flush();
    }
    throw new IllegalStateException(
        "process %d, which runs in %s, has not stopped within %d s: wait longer (--within), or 'kill -9 %d': what is in flight is then done again"
            .formatted(process.pid(), dir, seconds, process.pid()));
  }

  /** Without a reason it needs no broker that answers. */
  private void stop(RunningProcess process) throws Exception {
    Optional<Endpoints> endpoints = Endpoints.read(dir).filter(Endpoints::alive);
    if (because.reason().why().isEmpty() || endpoints.isEmpty()) {
      process.askToStop();
      return;
    }
    Cluster cluster =
        new Cluster(endpoints.get().bootstrap(), endpoints.get().registry(), endpoints.get().run());
    BrokerCheck.requireAnswer(cluster);
    new Changes(cluster).stop(process, because.reason());
  }
}
