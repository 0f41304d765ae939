package orcaflow.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

class MainTest {

  static Stream<CommandSpec> commands() {
    List<CommandSpec> found = new ArrayList<>();
    collect(Main.commandLine(), found);
    return found.stream();
  }

  private static void collect(CommandLine command, List<CommandSpec> found) {
    found.add(command.getCommandSpec());
    command.getSubcommands().values().forEach(sub -> collect(sub, found));
  }

  /** picocli prints a warning before the help where a text is not a format string. */
  @ParameterizedTest
  @MethodSource("commands")
  void eachTextOfTheHelpIsAFormatString(CommandSpec command) {
    List<String> texts = new ArrayList<>();
    texts.addAll(List.of(command.usageMessage().description()));
    texts.addAll(List.of(command.usageMessage().header()));
    texts.addAll(List.of(command.usageMessage().footer()));
    for (ArgSpec argument : command.args()) {
      texts.addAll(List.of(argument.description()));
    }
    for (String text : texts) {
      assertThatCode(() -> String.format(text)).as(text).doesNotThrowAnyException();
    }
  }
}
