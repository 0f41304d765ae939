package orcaflow.cli.command;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.run.RunList;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The runs of a folder or a cluster. */
@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    description = {
      "List the runs of a folder or a cluster, replays among them: recipe, policies, newest policy,"
          + " and the greedy score of the policy that was evaluated last.",
      "The names are those that --run takes."
    },
    footer = {"", "Example: ./orcaflow runs --dir orcaflow-data"})
public final class RunsCommand implements Callable<Integer> {

  private static final String ROW = "%-16s %-20s %-20s %8s  %-28s %s";

  @Mixin private RunLocation location;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    List<RunList.Row> runs;
    try (RunLocation.Reached reached = location.reach(Optional.empty())) {
      runs = RunList.of(reached.cluster());
    }
    output.rows(
        ROW.formatted("RUN", "RECIPE", "BEGAN", "POLICIES", "NEWEST POLICY", "GREEDY PASS@1"),
        runs,
        run -> run,
        run ->
            ROW.formatted(
                Printable.text(run.run()),
                Printable.text(run.recipe().orElse("-")),
                run.began().orElse("-"),
                run.policies(),
                Printable.text(run.newest().orElse("none yet")),
                run.greedy().map(RunsCommand::text).orElse("-")));
    return 0;
  }

  private static String text(RunList.Score score) {
    return "%.3f [%.3f, %.3f] (%s)"
        .formatted(score.accuracy(), score.low(), score.high(), Printable.text(score.policy()));
  }
}
