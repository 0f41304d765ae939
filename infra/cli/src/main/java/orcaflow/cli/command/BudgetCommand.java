package orcaflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import orcaflow.agents.model.Amount;
import orcaflow.agents.model.Budget;
import orcaflow.cli.change.Changes;
import orcaflow.cli.dataset.Cost;
import orcaflow.cli.run.BudgetLog;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.terminal.Output;
import orcaflow.events.ModelCall;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.UnreadableRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a run has spent on models, and what it may spend. */
@Command(
    name = "budget",
    mixinStandardHelpOptions = true,
    description = "Show what a run has spent on models, or raise what it may spend.",
    subcommands = {BudgetCommand.Show.class, BudgetCommand.Raise.class})
public final class BudgetCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The calls of a run, added up. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Add up the calls of a run by endpoint, model and stage.",
      footer = {"", "Example: ./orcaflow budget show --dir orcaflow-data"})
  static final class Show implements Callable<Integer> {

    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      try (RunLocation.Reached reached = selection.reach()) {
        Cluster cluster = reached.cluster();
        Cost cost = new Cost();
        Map<String, Long> outcomes = new TreeMap<>();
        List<UnreadableRecord> unreadable = new ArrayList<>();
        for (ModelCall call :
            CommittedTopic.readable(cluster, Topics.MODEL_CALLS, unreadable::add)) {
          cost.add(call);
          outcomes.merge(outcome(call), 1L, Long::sum);
        }
        Map<String, Amount> budgets = BudgetLog.of(cluster);
        Map<String, Object> facts = facts(cost, outcomes, budgets);
        facts.put("unreadable", unreadable);
        output.block(facts, text(cost, outcomes, budgets) + Attention.unreadable(unreadable));
      }
      return 0;
    }

    /** A call that died with its process settles itself. */
    private static String outcome(ModelCall call) {
      return call.getId().equals(call.getCall())
          ? "lost"
          : call.getOutcome().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> facts(
        Cost cost, Map<String, Long> outcomes, Map<String, Amount> budgets) {
      List<Map<String, Object>> rows = new ArrayList<>();
      cost.accounts()
          .forEach(
              (account, sum) -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("endpoint", account.endpoint());
                row.put("model", account.model());
                row.put("stage", account.stage());
                row.put("calls", sum.calls());
                row.put("promptTokens", sum.promptTokens());
                row.put("completionTokens", sum.completionTokens());
                row.put("money", sum.money());
                rows.add(row);
              });
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("accounts", rows);
      facts.put("outcomes", outcomes);
      facts.put("calls", cost.total().calls());
      facts.put("money", cost.total().money());
      Map<String, String> amounts = new TreeMap<>();
      budgets.forEach((scope, amount) -> amounts.put(scope, amount.toString()));
      facts.put("budgets", amounts);
      return facts;
    }

    private static String text(Cost cost, Map<String, Long> outcomes, Map<String, Amount> budgets) {
      StringBuilder text = new StringBuilder();
      text.append(
          "%-16s %-20s %8s %12s %12s %12s  %s%n"
              .formatted("stage", "model", "calls", "prompt", "completion", "money", "endpoint"));
      cost.accounts()
          .forEach(
              (account, sum) ->
                  text.append(
                      "%-16s %-20s %,8d %,12d %,12d %12.4f  %s%n"
                          .formatted(
                              account.stage(),
                              account.model(),
                              sum.calls(),
                              sum.promptTokens(),
                              sum.completionTokens(),
                              sum.money(),
                              account.endpoint())));
      Cost.Sum all = cost.total();
      text.append(
          "%-16s %-20s %,8d %,12d %,12d %12.4f%n"
              .formatted(
                  "together",
                  "",
                  all.calls(),
                  all.promptTokens(),
                  all.completionTokens(),
                  all.money()));
      text.append("outcomes %s%n".formatted(outcomes));
      text.append("budgets %s".formatted(budgets.isEmpty() ? "none" : budgets));
      return text.toString();
    }
  }

  /** A higher budget, for a run that waits or will wait. */
  @Command(
      name = "raise",
      mixinStandardHelpOptions = true,
      description = {
        "Set the budget of a run or of one of its stages.",
        "Running stages continue within a second, with everything they held."
      },
      footer = {"", "Example: ./orcaflow budget raise 40USD --dir orcaflow-data"})
  static final class Raise implements Callable<Integer> {

    @Mixin private RunSelection selection;
    @Mixin private Output output;
    @Mixin private BecauseOption because;

    @Parameters(paramLabel = "AMOUNT", description = "For example 40USD or 2000000tokens.")
    private String amount;

    @Option(names = "--stage", description = "A stage instead of the whole run.")
    private String stage = Budget.RUN;

    @Override
    public Integer call() throws Exception {
      Amount to = parsed();
      if (!BudgetLog.SCOPES.contains(stage)) {
        throw new Failure.BadInput(
            "--stage is '%s': give one of %s"
                .formatted(
                    stage,
                    String.join(", ", BudgetLog.SCOPES.subList(1, BudgetLog.SCOPES.size()))));
      }
      Cluster cluster = selection.cluster();
      new Changes(cluster).budget(stage, to, because.reason());
      output.block(
          Map.of("scope", stage, "budget", to.toString()),
          "the budget of %s is %s"
              .formatted(stage.equals(Budget.RUN) ? "run " + cluster.run() : stage, to));
      return 0;
    }

    private Amount parsed() throws Failure.BadInput {
      try {
        return Amount.parse(amount);
      } catch (IllegalArgumentException e) {
        throw new Failure.BadInput(e.getMessage(), e);
      }
    }
  }
}
