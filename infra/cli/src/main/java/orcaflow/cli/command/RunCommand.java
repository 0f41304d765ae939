package orcaflow.cli.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.run.Report;
import orcaflow.cli.run.Run;
import orcaflow.cli.run.RunPlan;
import orcaflow.cli.terminal.Logging;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The main job: problems in, a better student out. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Turn seed problems into a better student: expand, solve, train, evaluate.",
      "Started again on the same folder it continues from where it was."
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow run",
      "  ./orcaflow run --seeds problems.jsonl.gz --limit 200 --teacher gold --dir D2",
      "  ./orcaflow run --student models/my-model --seeds problems.jsonl.gz --teacher gold --dir D3"
    })
public final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions options;
  @Mixin private HoldOutOption holdOut;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    Claimed claimed = NewFolder.goneUnlessUsable(options.dir(), this::claimed);
    return Stoppable.call(
        Failure.CONTINUES,
        () -> {
          print(claimed.plan(), claimed.finished());
          return 0;
        });
  }

  /** A plan whose folder is its own, and the report if the run is complete. */
  private record Claimed(RunPlan plan, Optional<Report> finished) {}

  private Claimed claimed() throws Exception {
    RunPlan read = options.plan(0, false);
    Logging.into(read.dir());
    Optional<Report> finished = Run.finished(read);
    if (finished.isEmpty()) {
      SeedRowsCheck.require(read.seeds(), read.limit(), System.err::println);
    }
    RunPlan plan =
        holdOut.of(
            read,
            options.production().ownSeeds(),
            options.production().ownBenchmark(),
            System.err::println);
    plan.claim();
    return new Claimed(plan, finished);
  }

  private void print(RunPlan plan, Optional<Report> finished) throws Exception {
    try (Progress progress = Progress.on(System.err)) {
      if (finished.isPresent()) {
        progress.say("run '%s' in %s is complete".formatted(plan.run(), plan.dir()));
      }
      Report report = finished.isPresent() ? finished.get() : Run.execute(plan, progress);
      progress.say("report: " + plan.dir().resolve("report.json"));
      spec.commandLine().getOut().print(output.json() ? report.json() : report.text());
      spec.commandLine().getOut().flush();
    }
  }
}
