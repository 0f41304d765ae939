package orcaflow.cli.command;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.replay.Replay;
import orcaflow.cli.replay.ReplayPlan;
import orcaflow.cli.replay.ReplayReport;
import orcaflow.cli.terminal.Logging;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Progress;
import orcaflow.schemas.recipe.RecipeFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The past as an experiment. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Label the history of a run again under another labelling, and train on it from a checkpoint.",
      "Writes another run and asks no model. Started again it continues from where it was."
    },
    footer = {
      "",
      "FROM is a run, alone or with a part of its history:",
      "  main@0:100-200,1:0-      offsets of graded-rollouts, partition:from-to",
      "  main@2026-11-22T20:00Z   what was written before; with T1..T2 what was written between",
      "  main@first               a version made by 'dataset cut', by name or hash",
      "",
      "Examples:",
      "  ./orcaflow replay --from main --to exp-a --labelling teacher-only --recipe kto",
      "  ./orcaflow replay --from main --to exp-b --recipe dpo --from-policy M1 -o json",
      "  ./orcaflow replay --from main --to exp-c --labelling mine.yaml",
      "then: ./orcaflow compare main exp-a"
    })
public final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunLocation location;
  @Mixin private HeldOutBenchmark benchmark;
  @Mixin private Output output;

  @Option(
      names = "--from",
      required = true,
      description = "The run, and which part of its history.")
  private String from;

  @Option(names = "--to", required = true, description = "Name of the run to write.")
  private String to;

  @Option(
      names = "--labelling",
      description =
          "Labels the rollouts: a shipped labelling ('labelling ls') or a YAML file (default: the"
              + " recipe's).")
  private Optional<String> labelling = Optional.empty();

  /** The older spelling. */
  @Option(names = "--policy", hidden = true)
  private Optional<String> policy = Optional.empty();

  @Option(
      names = "--recipe",
      defaultValue = "kto",
      description =
          "A shipped recipe ("
              + RecipeFile.SHIPPED
              + ") or a YAML file; its iterations after the checkpoint's are trained (default: ${DEFAULT-VALUE}).")
  private String recipe;

  @Option(
      names = "--from-policy",
      defaultValue = "M1",
      description =
          "The checkpoint: name or version of a policy of the run, a policy folder, or 'fresh' for the recipe's own student (default: ${DEFAULT-VALUE}).")
  private String fromPolicy;

  @Option(
      names = "--regrade",
      description =
          "Grade the rollouts once more by the rules of this build; what a judge decided stays.")
  private boolean regrade;

  @Override
  public Integer call() throws Exception {
    location.requireClear();
    ReplayPlan plan =
        ReplayPlan.of(
                location.dir().toAbsolutePath().normalize(),
                from,
                to,
                labelling.or(() -> policy),
                recipe,
                fromPolicy,
                benchmark.file(location.dir()))
            .regrading(regrade);
    Logging.into(location.dir());
    Optional<ReplayReport> finished = Replay.finished(plan);
    try (Progress progress = Progress.on(System.err)) {
      if (finished.isPresent()) {
        progress.say("replay '%s' is complete".formatted(to));
        print(finished.get());
      } else {
        return Stoppable.call(
            Failure.CONTINUES,
            () -> {
              try (RunLocation.Reached reached = location.reach(Optional.empty())) {
                print(Replay.execute(plan, reached.cluster(), progress));
              }
              return 0;
            });
      }
    }
    return 0;
  }

  private void print(ReplayReport report) throws IOException {
    spec.commandLine().getOut().print(output.json() ? report.json() : report.text());
    spec.commandLine().getOut().flush();
  }
}
