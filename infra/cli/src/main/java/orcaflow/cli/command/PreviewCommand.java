package orcaflow.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import orcaflow.cli.preview.Preview;
import orcaflow.cli.preview.PreviewReport;
import orcaflow.cli.preview.PreviewText;
import orcaflow.cli.run.RunPlan;
import orcaflow.cli.run.SamplingRecipe;
import orcaflow.cli.terminal.Logging;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Progress;
import orcaflow.service.Folders;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A look at the first seeds before money is spent on all. */
@Command(
    name = "preview",
    mixinStandardHelpOptions = true,
    description = {
      "Take the first seeds through the pipeline and show what is sent, what comes back and what"
          + " becomes of it, and what all seeds would cost.",
      "Works in a temporary folder and leaves nothing; the calls are real ones and are billed."
    },
    footer = {
      "",
      "Example:",
      "  ./orcaflow preview -n 3 --seeds problems.jsonl --teacher https://api.example.com/v1"
          + " --model some-model --prices 2.5/10"
    })
public final class PreviewCommand implements Callable<Integer> {

  private static final int MOST = 100;

  @Mixin private ProductionOptions production;
  @Mixin private Output output;

  @Option(
      names = {"-n", "--number"},
      defaultValue = "3",
      description = "Look at the first N seeds, 1 to 100 (default: ${DEFAULT-VALUE}).")
  private int number;

  @Override
  public Integer call() throws Exception {
    if (number < 1 || number > MOST) {
      throw new Failure.BadInput("-n is %d: give 1 to %d".formatted(number, MOST));
    }
    Path folder = Files.createTempDirectory("orcaflow-preview");
    Logging.into(folder);
    return Stoppable.call("nothing is kept", () -> look(folder));
  }

  private int look(Path folder) throws Exception {
    try (Progress progress = Progress.on(System.err)) {
      RunPlan all =
          production.plan(
              new ProductionOptions.Place(folder, "preview", 1, 0, false), Optional.empty());
      long rows = SeedRowsCheck.require(all.seeds(), all.limit(), progress::say).rows();
      RunPlan some =
          all.of(SamplingRecipe.of(all.recipe()), OptionalLong.of(Math.min(number, rows)));
      PreviewReport report = new Preview(all.recipe(), some, rows).run(progress);
      output.block(report, new PreviewText(report).text());
      return 0;
    } finally {
      Folders.delete(folder);
    }
  }
}
