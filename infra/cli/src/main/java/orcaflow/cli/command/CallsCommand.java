package orcaflow.cli.command;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import orcaflow.cli.audit.CallCosts;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Printable;
import orcaflow.schemas.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the calls of models cost. */
@Command(
    name = "calls",
    mixinStandardHelpOptions = true,
    description = {
      "Show the calls of a run's models by endpoint, model and stage: answers, failures, tokens, cost,"
          + " and how long an answer took (median and p99, retries included).",
      "COST is in the currency of the prices in agents.yaml or of --prices; without prices it is 0."
    },
    footer = {"", "Example: ./orcaflow calls -o json"})
public final class CallsCommand implements Callable<Integer> {

  private static final String ROW = "%-12s %10s %8s %12s %12s %10s %9s %9s  %s";

  @Mixin private RunSelection selection;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    CallCosts costs = new CallCosts();
    try (RunLocation.Reached reached = selection.reach()) {
      CommittedTopic.each(reached.cluster(), Topics.MODEL_CALLS, costs::count);
    }
    output.rows(
        ROW.formatted(
            "STAGE",
            "ANSWERED",
            "FAILED",
            "TOKENS IN",
            "TOKENS OUT",
            "COST",
            "MEDIAN MS",
            "P99 MS",
            "MODEL, ENDPOINT"),
        costs.rows(),
        row -> row,
        row ->
            ROW.formatted(
                    Printable.text(row.stage()),
                    "%,d".formatted(row.answered()),
                    "%,d".formatted(row.failures()),
                    "%,d".formatted(row.promptTokens()),
                    "%,d".formatted(row.completionTokens()),
                    "%.4f".formatted(row.cost()),
                    "%,d".formatted(row.medianMillis()),
                    "%,d".formatted(row.p99Millis()),
                    Printable.text(row.model() + ", " + row.endpoint()))
                + failures(row.failed()));
    return 0;
  }

  private static String failures(Map<?, Long> failed) {
    return failed.isEmpty() ? "" : " " + new TreeMap<>(failed);
  }
}
