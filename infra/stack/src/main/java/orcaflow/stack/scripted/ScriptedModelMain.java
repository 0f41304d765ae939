package orcaflow.stack.scripted;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import orcaflow.service.GracefulShutdown;
import orcaflow.stack.Tool;
import orcaflow.stack.words.SolutionStyle;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the scripted model alone, until SIGTERM or Ctrl-C. */
@Command(
    name = "scripted-model",
    mixinStandardHelpOptions = true,
    description = "An OpenAI-compatible server on 127.0.0.1 that solves a controlled English.",
    footer = {"", "Example:", "  scripted-model --port 8081 --styles worked,bare"})
public final class ScriptedModelMain implements Callable<Integer> {

  @Option(names = "--port", defaultValue = "0", description = "Port; 0 takes a free one.")
  private int port;

  @Option(
      names = "--styles",
      split = ",",
      defaultValue = "worked,bare",
      description = "Solution styles: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private List<SolutionStyle> styles;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return Tool.commandLine(new ScriptedModelMain());
  }

  @Override
  public Integer call() throws InterruptedException {
    ScriptedModel model = new ScriptedModel(new ScriptedModel.Settings(port, styles));
    GracefulShutdown.beginsWith("scripted-model", model::close);
    System.out.printf("scripted model: http://127.0.0.1:%d/v1%n", model.start());
    new CountDownLatch(1).await(); // a signal ends it
    return CommandLine.ExitCode.OK;
  }
}
