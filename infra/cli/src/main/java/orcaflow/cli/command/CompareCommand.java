package orcaflow.cli.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.replay.Comparison;
import orcaflow.cli.terminal.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Two runs side by side. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Print how two runs differ: labels, counts of rows, evaluations with 95 %% Wilson intervals,"
            + " and their paired differences.",
    footer = {
      "",
      "Examples: ./orcaflow compare main exp-a",
      "          ./orcaflow compare main exp-a -o json | jq .rows"
    })
public final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunLocation location;
  @Mixin private Output output;

  @Parameters(index = "0", paramLabel = "A", description = "A run.")
  private String left;

  @Parameters(index = "1", paramLabel = "B", description = "Another.")
  private String right;

  @Override
  public Integer call() throws Exception {
    try (RunLocation.Reached reached = location.reach(Optional.empty())) {
      Comparison comparison =
          Comparison.of(reached.cluster().another(left), reached.cluster().another(right));
      spec.commandLine().getOut().print(output.json() ? comparison.json() : comparison.text());
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
