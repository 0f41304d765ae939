package orcaflow.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import orcaflow.cli.run.RunControl;
import orcaflow.cli.run.RunPlan;
import orcaflow.cli.run.Services;
import orcaflow.cli.run.WaitingLines;
import orcaflow.cli.terminal.Logging;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.ModelCall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Everything running and waiting for problems. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Start everything and keep it running, waiting for problems.",
      "Broker, registry, the scripted model and the three services, until Ctrl-C. Feed it with"
          + " 'seed', watch it with 'status' and 'tail'."
    },
    footer = {"", "Example: ./orcaflow up --dir live &  ./orcaflow seed problems.jsonl --dir live"})
public final class UpCommand implements Callable<Integer> {

  @Mixin private RunOptions options;

  @Option(
      names = "--open-after",
      paramLabel = "ROWS",
      defaultValue = "2000",
      description =
          "The trainer begins the next iteration of the recipe once this many new rows are there"
              + " (default: ${DEFAULT-VALUE}).")
  private long openAfter;

  @Override
  public Integer call() throws Exception {
    RunPlan plan = options.plan(openAfter);
    Logging.into(plan.dir());
    plan.claim();
    return Stoppable.call(Failure.CONTINUES, () -> untilStopped(plan));
  }

  private static int untilStopped(RunPlan plan) throws Exception {
    List<ModelCall> asked = Services.preflight(plan);
    try (Progress progress = Progress.on(System.err);
        Services services = Services.start(plan)) {
      RunControl.logSettings(services.cluster(), plan);
      services.urls().forEach((name, url) -> progress.say("  %-16s %s".formatted(name, url)));
      services.book(asked);
      progress.say("up; Ctrl-C ends it");
      WaitingLines waiting = new WaitingLines(services::waiting, progress);
      while (true) {
        services.check();
        waiting.show();
        Thread.sleep(500);
      }
    }
  }
}
