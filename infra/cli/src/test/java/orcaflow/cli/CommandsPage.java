package orcaflow.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.cli.terminal.Printable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/commands.md}, from what the commands say of themselves. */
final class CommandsPage {

  private static final String HEAD =
      """
      # Commands

      Written from the help of the commands; a test compares this page with them. `--help` says the
      same of each command.

      | exit status | meaning |
      |---|---|
      | 0 | done |
      | 1 | the work failed; of commands that compare (`topics diff`, `dataset diff`, `plan`): there are differences, or it does not fit |
      | 2 | the command line or an input cannot be used; one sentence on the error output says which, with its value |
      | 3 | `make`: fewer were accepted than wanted |
      | 128 + signal | stopped by that signal, for example 130 by Ctrl-C; the work continues with the same command |

      Results are printed on the output, progress and errors on the error output. With `-o json` a
      command prints one document, or one a line for rows and for events that stream.
      """;

  private CommandsPage() {}

  static String text() {
    StringBuilder page = new StringBuilder(HEAD);
    for (CommandSpec command : Commands.all()) {
      page.append(section(command));
    }
    return page.toString();
  }

  private static String section(CommandSpec command) {
    List<String> words = Commands.words(command);
    StringBuilder section = new StringBuilder();
    section.append(
        "\n%s `%s`\n\n".formatted(words.size() == 1 ? "##" : "###", String.join(" ", words)));
    section.append(wrapped(joined(command.usageMessage().description())));
    String rows =
        Stream.concat(
                command.positionalParameters().stream()
                    .map(each -> row("`" + each.paramLabel() + "`", each)),
                command.options().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp())
                    .filter(option -> !option.hidden())
                    .map(option -> row(name(option), option)))
            .collect(Collectors.joining());
    if (!rows.isEmpty()) {
      section.append("\n| argument | meaning |\n|---|---|\n").append(rows);
    }
    String examples =
        Commands.examples(command).map(CommandsPage::bare).collect(Collectors.joining());
    if (!examples.isEmpty()) {
      section.append("\n```\n").append(examples).append("```\n");
    }
    return section.toString();
  }

  private static String bare(String line) {
    return line.substring(line.indexOf("./orcaflow ")) + "\n";
  }

  private static String name(OptionSpec option) {
    String names = String.join("`, `", option.names());
    return option.arity().max() == 0
        ? "`%s`".formatted(names)
        : "`%s %s`".formatted(names, option.paramLabel());
  }

  private static String row(String name, ArgSpec argument) {
    return "| %s | %s%s |\n"
        .formatted(
            name.replace("|", "\\|"),
            joined(argument.description()).replace("|", "\\|"),
            argument.required() ? " Must be given." : "");
  }

  private static String joined(String[] texts) {
    return Arrays.stream(texts)
        .map(String::format)
        .map(Printable::text)
        .collect(Collectors.joining(" "));
  }

  /** Lines of at most 100 columns. */
  private static String wrapped(String text) {
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ")) {
      if (column > 0 && column + 1 + word.length() > 100) {
        lines.append('\n');
        column = 0;
      }
      lines.append(column == 0 ? "" : " ").append(word);
      column += word.length() + (column == 0 ? 0 : 1);
    }
    return lines.append('\n').toString();
  }
}
