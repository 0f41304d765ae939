package orcaflow.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import orcaflow.cli.command.AblateCommand;
import orcaflow.cli.command.BudgetCommand;
import orcaflow.cli.command.BuildVersion;
import orcaflow.cli.command.CallsCommand;
import orcaflow.cli.command.CompareCommand;
import orcaflow.cli.command.ContaminationCommand;
import orcaflow.cli.command.CurvesCommand;
import orcaflow.cli.command.DatasetCommand;
import orcaflow.cli.command.DlqCommand;
import orcaflow.cli.command.EvaluateCommand;
import orcaflow.cli.command.Failure;
import orcaflow.cli.command.LabellingCommand;
import orcaflow.cli.command.LabelsCommand;
import orcaflow.cli.command.LineageCommand;
import orcaflow.cli.command.MakeCommand;
import orcaflow.cli.command.PlanCommand;
import orcaflow.cli.command.PolicyCommand;
import orcaflow.cli.command.PreviewCommand;
import orcaflow.cli.command.RecipeCommand;
import orcaflow.cli.command.ReplayCommand;
import orcaflow.cli.command.RunCommand;
import orcaflow.cli.command.RunsCommand;
import orcaflow.cli.command.SeedCommand;
import orcaflow.cli.command.SeedsCommand;
import orcaflow.cli.command.StatusCommand;
import orcaflow.cli.command.StopCommand;
import orcaflow.cli.command.TailCommand;
import orcaflow.cli.command.TopicsCommand;
import orcaflow.cli.command.UiCommand;
import orcaflow.cli.command.UpCommand;
import orcaflow.cli.command.VerdictsCommand;
import orcaflow.cli.command.WatchCommand;
import orcaflow.cli.terminal.Logging;
import orcaflow.cli.terminal.Printable;
import orcaflow.cli.terminal.Progress;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code ./orcaflow COMMAND}. */
@Command(
    name = "orcaflow",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    description = "Orca-Math as a continuous, Kafka-native pipeline.",
    footer = {
      "",
      "Parts alone, each with a --help of its own: agents, streams, trainer, stack, scripted-model,"
          + " problem-set, bench."
    })
public final class Main implements Runnable {

  /** In the order of the help. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          RunCommand.class,
          UpCommand.class,
          UiCommand.class,
          PreviewCommand.class,
          MakeCommand.class,
          SeedCommand.class,
          SeedsCommand.class,
          RunsCommand.class,
          StatusCommand.class,
          StopCommand.class,
          WatchCommand.class,
          BudgetCommand.class,
          LabelsCommand.class,
          VerdictsCommand.class,
          CallsCommand.class,
          CurvesCommand.class,
          TailCommand.class,
          PolicyCommand.class,
          EvaluateCommand.class,
          PlanCommand.class,
          RecipeCommand.class,
          LabellingCommand.class,
          ContaminationCommand.class,
          DatasetCommand.class,
          ReplayCommand.class,
          CompareCommand.class,
          AblateCommand.class,
          LineageCommand.class,
          DlqCommand.class,
          TopicsCommand.class,
          GenerateCompletion.class);

  private static final Map<String, String> EXIT_STATUSES = new LinkedHashMap<>();

  static {
    EXIT_STATUSES.put("0", "done");
    EXIT_STATUSES.put("1", "the work failed");
    EXIT_STATUSES.put("2", "the command line or an input cannot be used");
  }

  @Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(commandLine(arguments).execute(arguments));
  }

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      defaultValue = "false",
      description = "Print no progress and no news, only results and errors.")
  private void quiet(boolean wanted) {
    Progress.quiet(wanted);
  }

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      defaultValue = "false",
      description = "Show the lines of the log on the error output, with process, time and level.")
  private void verbose(boolean wanted) {
    Logging.verbose(wanted);
  }

  /** All commands; a failure is reported in one sentence. */
  public static CommandLine commandLine() {
    return of(COMMANDS);
  }

  /** As the other, without the commands that these arguments do not name: it starts sooner. */
  public static CommandLine commandLine(String... arguments) {
    Optional<String> name =
        Stream.of(arguments).filter(argument -> !argument.startsWith("-")).findFirst();
    return COMMANDS.stream()
        .filter(one -> one != GenerateCompletion.class)
        .filter(one -> name.equals(Optional.of(one.getAnnotation(Command.class).name())))
        .findFirst()
        .map(one -> of(List.of(one)))
        .orElseGet(Main::commandLine);
  }

  private static CommandLine of(List<Class<?>> commands) {
    CommandLine line = new CommandLine(new Main());
    commands.forEach(line::addSubcommand);
    line.setExecutionExceptionHandler(Main::explain)
        .setParameterExceptionHandler(Main::refuse)
        .setCaseInsensitiveEnumValuesAllowed(true);
    sayExitStatuses(line);
    return line;
  }

  /** In the help of each command that has no list of its own. */
  private static void sayExitStatuses(CommandLine command) {
    CommandLine.Model.UsageMessageSpec help = command.getCommandSpec().usageMessage();
    if (help.exitCodeList().isEmpty()) {
      help.exitCodeListHeading("Exit status:%n");
      help.exitCodeList(EXIT_STATUSES);
    }
    command.getSubcommands().values().forEach(Main::sayExitStatuses);
  }

  /** What is wrong with the command line, what may have been meant, and where it is explained. */
  private static int refuse(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("orcaflow: " + Printable.text(e.getMessage()));
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command
        .getErr()
        .printf("'./%s --help' says what there is%n", command.getCommandSpec().qualifiedName());
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int explain(
      Exception e, CommandLine command, CommandLine.ParseResult parseResult) {
    command.getErr().println("orcaflow: " + Failure.sentence(e));
    if (Boolean.getBoolean("orcaflow.stacktraces")) {
      e.printStackTrace(command.getErr());
    }
    return Failure.isBadInput(e) ? 2 : 1;
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
