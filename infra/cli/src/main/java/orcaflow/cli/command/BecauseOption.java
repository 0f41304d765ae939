package orcaflow.cli.command;

import java.util.Optional;
import orcaflow.cli.change.Reason;
import picocli.CommandLine.Option;

/** Why a person changes something. */
final class BecauseOption {

  @Option(
      names = "--because",
      paramLabel = "TEXT",
      description = "Why; it is kept in the run log with the name of the user.")
  private Optional<String> why = Optional.empty();

  Reason reason() {
    return Reason.ofCommand(why);
  }
}
