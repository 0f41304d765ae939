package orcaflow.stack;

import java.util.concurrent.Callable;
import picocli.CommandLine;

/** A command of this module's own: what goes wrong is one sentence and status 1. */
public final class Tool {

  private Tool() {}

  /** The command with its options, ready to be executed. */
  public static CommandLine commandLine(Callable<Integer> command) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (e, line, parsed) -> {
              line.getErr().println(e.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }
}
