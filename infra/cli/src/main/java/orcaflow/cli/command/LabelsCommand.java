package orcaflow.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import orcaflow.cli.run.AccountingReader;
import orcaflow.cli.run.Labels;
import orcaflow.cli.run.RunAccounting;
import orcaflow.cli.run.RunLog;
import orcaflow.cli.terminal.Output;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.recipe.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a run learns from, counted from its topics. */
@Command(
    name = "labels",
    mixinStandardHelpOptions = true,
    description = {
      "Print what a run learns from: rows by the class of their group (how many of its rollouts are right),",
      "how many of the wrong answers are borrowed from other problems, and the KTO weights that follow."
    },
    footer = {"", "Example: ./orcaflow labels -o json | jq .byCorrect"})
public final class LabelsCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private RunSelection selection;
  @Mixin private Output output;
  @Mixin private RunRecipeOption recipe;

  @Override
  public Integer call() throws Exception {
    try (RunLocation.Reached reached = selection.reach()) {
      print(reached.cluster());
    }
    return 0;
  }

  private void print(Cluster cluster) throws Exception {
    Recipe read = recipe.of(cluster, RunLog.of(cluster));
    PrintWriter out = spec.commandLine().getOut();
    try (AccountingReader reader = AccountingReader.start(cluster, new RunAccounting(read))) {
      Labels labels = reader.snapshot().labels();
      if (output.json()) {
        out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(labels));
      } else {
        out.print(labels.text());
      }
    }
    out.flush();
  }
}
