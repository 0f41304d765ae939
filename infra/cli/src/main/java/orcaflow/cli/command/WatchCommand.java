package orcaflow.cli.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.stall.StallWatch;
import orcaflow.schemas.Cluster;
import orcaflow.service.MonitoringServer;
import orcaflow.service.Observe;
import orcaflow.service.UsualPort;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what stands in a run whose services are processes of their own. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Say which parts of a run do not move although something waits, and why, until Ctrl-C.",
      "'up' does the same by itself; one watch is enough for a run. Each finding is an event in"
          + " stalls and the metric orcaflow_stalled_seconds."
    },
    footer = {
      "",
      "Example: ./orcaflow watch --bootstrap broker:9092 --registry http://registry:8081"
    })
public final class WatchCommand implements Callable<Integer> {

  private static final Duration GLANCE = Duration.ofMillis(500);

  @Mixin private RunSelection selection;
  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      description =
          "Port of /metrics on 127.0.0.1, 0 for any free one (default: 9104, or a free one where"
              + " that is taken).")
  private Optional<Integer> port;

  @Override
  public Integer call() throws Exception {
    Cluster cluster = selection.cluster();
    return Stoppable.call("the run continues without it", () -> watch(cluster));
  }

  private int watch(Cluster cluster) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (MonitoringServer monitoring =
            MonitoringServer.start("run", new Observe("127.0.0.1", port), UsualPort.RUN);
        StallWatch stalls = StallWatch.of(cluster, selection.folder(), monitoring.registry())) {
      monitoring.taken().ifPresent(sentence -> say(out, sentence));
      say(
          out,
          "run %s is watched; metrics on http://127.0.0.1:%d/metrics"
              .formatted(cluster.run(), monitoring.port()));
      while (true) {
        stalls.say(sentence -> say(out, sentence));
        Thread.sleep(GLANCE.toMillis());
      }
    }
  }

  private static void say(PrintWriter out, String sentence) {
    out.printf("%s %s%n", LocalTime.now().truncatedTo(ChronoUnit.SECONDS), sentence);
    out.flush();
  }
}
