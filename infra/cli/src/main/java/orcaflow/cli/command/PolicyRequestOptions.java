package orcaflow.cli.command;

import java.time.Duration;
import java.util.Optional;
import orcaflow.cli.change.Changes;
import orcaflow.cli.continuous.Ending;
import orcaflow.cli.continuous.PolicyLog;
import orcaflow.cli.terminal.Output;
import orcaflow.events.Policy;
import orcaflow.events.PolicyAction;
import orcaflow.events.PolicyRequest;
import orcaflow.events.PolicyRequestStatus;
import orcaflow.schemas.Cluster;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to ask the trainer for an earlier policy, and how long to wait for its answer. */
final class PolicyRequestOptions {

  @Mixin private BecauseOption because;

  @Option(
      names = "--wait",
      paramLabel = "T",
      defaultValue = "5m",
      description =
          "How long to wait for the trainer, which answers between iterations"
              + " (default: ${DEFAULT-VALUE}).")
  private String wait;

  /** Names the policy to be served again. */
  interface Choice {
    Policy of(PolicyLog log) throws Failure.BadInput;
  }

  /**
   * Asks and waits.
   *
   * @throws Failure.BadInput if the trainer refuses
   */
  int make(Cluster cluster, PolicyAction action, Choice choice, Output output) throws Exception {
    Duration patience = patience();
    Policy policy = choice.of(PolicyLog.of(cluster));
    Changes changes = new Changes(cluster);
    PolicyRequest asked = changes.serve(action, policy, because.reason());
    Optional<PolicyRequest> answer = changes.answer(asked, patience);
    if (answer.isEmpty()) {
      output.line(
          asked,
          "asked for %s; the trainer takes it up after the iteration that it is at"
              .formatted(policy.getVersion()));
      return 0;
    }
    if (answer.get().getStatus() == PolicyRequestStatus.REFUSED) {
      throw new Failure.BadInput(answer.get().getNote());
    }
    output.line(answer.get(), answer.get().getNote());
    return 0;
  }

  private Duration patience() throws Failure.BadInput {
    try {
      return Ending.time("wait", wait);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("--" + e.getMessage(), e);
    }
  }
}
