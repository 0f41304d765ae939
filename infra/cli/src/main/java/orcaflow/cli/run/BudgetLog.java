package orcaflow.cli.run;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import orcaflow.agents.model.Amount;
import orcaflow.agents.model.Budget;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.RunLogEntries;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.ExpansionRule;

/** The budgets in a run's log; the newest of each scope counts. */
public final class BudgetLog {

  /** What can have a budget: the run, and stages that call a model. */
  public static final List<String> SCOPES =
      List.of(
          Budget.RUN,
          ExpansionRule.ASK_ME_ANYTHING,
          ExpansionRule.SUGGEST_AND_EDIT,
          Stages.SOLVE,
          Stages.SAMPLE,
          Stages.JUDGE);

  private BudgetLog() {}

  /** The budgets by scope. */
  public static Map<String, Amount> of(Cluster cluster) {
    return of(RunLog.of(cluster));
  }

  /** The same of a log that was read. */
  public static Map<String, Amount> of(RunLog log) {
    Map<String, Amount> budgets = new TreeMap<>();
    log.entries().stream()
        .filter(entry -> entry.getKind().equals(Budget.LOG_KIND))
        .forEach(entry -> budgets.put(entry.getName(), Amount.parse(entry.getText())));
    return budgets;
  }

  /** Writes a budget; whoever runs the stages reads it within a second. */
  public static void write(Cluster cluster, String scope, Amount amount)
      throws InterruptedException, ExecutionException {
    EventWriter.write(
        cluster,
        Topics.RUN_LOG,
        RunLogEntries.dated(Budget.LOG_KIND, scope, amount.toString(), Instant.now()));
  }
}
