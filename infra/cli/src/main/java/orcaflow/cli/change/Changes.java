package orcaflow.cli.change;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import orcaflow.agents.model.Amount;
import orcaflow.cli.continuous.PolicyRequests;
import orcaflow.cli.letters.LetterFilter;
import orcaflow.cli.letters.LetterTopics;
import orcaflow.cli.letters.Redrive;
import orcaflow.cli.letters.RedrivePlan;
import orcaflow.cli.run.BudgetLog;
import orcaflow.cli.run.RunningProcess;
import orcaflow.events.Policy;
import orcaflow.events.PolicyAction;
import orcaflow.events.PolicyRequest;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;

/** Changes a run, for commands and for the page. Who asks and why is in the run's log first. */
public final class Changes {

  private final Cluster cluster;

  public Changes(Cluster cluster) {
    this.cluster = cluster;
  }

  /** What a redrive of these letters would do. */
  public RedrivePlan redriveOf(Collection<Topic<?>> topics, LetterFilter filter) {
    try (LetterTopics letters = new LetterTopics(cluster)) {
      return RedrivePlan.of(letters.committed(topics), filter, cluster.run());
    }
  }

  /** Writes dead letters back to where they came from, each exactly once. */
  public RedrivePlan redrive(Collection<Topic<?>> topics, LetterFilter filter, Reason reason)
      throws InterruptedException, ExecutionException {
    String which = String.join(", ", topics.stream().map(Topic::name).sorted().toList());
    ChangeLog.write(
        cluster,
        "redrive",
        "dead letters of %s%s"
            .formatted(which, filter.reason().map(text -> ", cause '" + text + "'").orElse("")),
        reason);
    try (Redrive redrive = new Redrive(cluster)) {
      return redrive.run(topics, filter);
    }
  }

  /** Asks the trainer to serve an earlier policy again. */
  public PolicyRequest serve(PolicyAction action, Policy policy, Reason reason)
      throws InterruptedException, ExecutionException {
    ChangeLog.write(
        cluster,
        action == PolicyAction.ROLLBACK ? "rollback" : "promote",
        "to " + policy.getVersion(),
        reason);
    return PolicyRequests.ask(cluster, action, policy, reason.why());
  }

  /** The trainer's answer, if it comes within that time. */
  public Optional<PolicyRequest> answer(PolicyRequest asked, Duration patience) {
    return PolicyRequests.answer(cluster, asked, patience);
  }

  /**
   * Sets the budget of the run or of a stage.
   *
   * @param scope one of {@link BudgetLog#SCOPES}
   */
  public void budget(String scope, Amount amount, Reason reason)
      throws InterruptedException, ExecutionException {
    ChangeLog.write(cluster, "budget", "of %s: %s".formatted(scope, amount), reason);
    BudgetLog.write(cluster, scope, amount);
  }

  /** Asks a process of the run to stop, as Ctrl-C does. */
  public void stop(RunningProcess process, Reason reason)
      throws InterruptedException, ExecutionException {
    ChangeLog.write(cluster, "stop", "of process " + process.pid(), reason);
    process.askToStop();
  }
}
