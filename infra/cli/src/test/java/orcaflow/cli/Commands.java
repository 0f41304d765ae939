package orcaflow.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** All commands as they describe themselves. */
final class Commands {

  /** The repository. */
  static final Path ROOT = Path.of(System.getProperty("orcaflow.root", "../.."));

  private Commands() {}

  /** The words that call a command, without the name of the program. */
  static List<String> words(CommandSpec command) {
    return Arrays.asList(command.qualifiedName().split(" ")).stream().skip(1).toList();
  }

  /** In the order of the help, groups before what is in them; not the program itself. */
  static List<CommandSpec> all() {
    List<CommandSpec> found = new ArrayList<>();
    collect(Main.commandLine(), found);
    return found.stream().skip(1).toList();
  }

  /** Those that do something. */
  static List<CommandSpec> doing() {
    return all().stream().filter(command -> command.subcommands().isEmpty()).toList();
  }

  private static void collect(CommandLine command, List<CommandSpec> found) {
    found.add(command.getCommandSpec());
    command.getSubcommands().values().forEach(sub -> collect(sub, found));
  }

  /** Values that can be used, of arguments that take not just any word. */
  private static final Map<String, String> VALUES =
      Map.of(
          "--device-memory", "80GB",
          "--where", "round >= 0",
          "--format", "jsonl",
          "AMOUNT", "1tokens",
          "TOPIC", "problems");

  /**
   * The command with values for what it must have.
   *
   * @param without an option that is added by hand
   */
  static List<String> minimal(CommandSpec command, String without) {
    List<String> all = new ArrayList<>(words(command));
    for (OptionSpec option : command.options()) {
      boolean oneOfMany = option.group() != null && option.group().exclusive();
      boolean first = !oneOfMany || option.group().args().iterator().next() == option;
      if (option.required() && first && !option.longestName().equals(without)) {
        all.add(option.longestName());
        all.add(value(option));
      }
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      if (parameter.required()) {
        all.add(value(parameter));
      }
    }
    return all;
  }

  private static String value(ArgSpec argument) {
    String name =
        argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    if (VALUES.containsKey(name)) {
      return VALUES.get(name);
    }
    return argument.typeInfo().getAuxiliaryTypes()[0].isPrimitive() ? "1" : "none";
  }

  /** The lines of the help's examples that call the program, as they stand there. */
  static Stream<String> examples(CommandSpec command) {
    return Arrays.stream(command.usageMessage().footer())
        .map(line -> Ansi.OFF.string(String.format(line)))
        .flatMap(String::lines)
        .filter(line -> line.contains("./orcaflow "));
  }
}
