package orcaflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  /** It knows only the command that is named, and must be seen in nothing else. */
  @ParameterizedTest
  @MethodSource("commands")
  void theHelpOfACommandIsTheSameWhereOnlyThatIsKnown(CommandSpec command) {
    List<String> path = List.of(command.qualifiedName().split(" "));
    List<String> arguments = new ArrayList<>(path.subList(1, path.size()));
    CommandLine alone = Main.commandLine(arguments.toArray(String[]::new));
    for (String name : arguments) {
      alone = alone.getSubcommands().get(name);
    }
    assertThat(alone.getUsageMessage()).isEqualTo(command.commandLine().getUsageMessage());
  }

  @Test
  void anOptionMayStandBeforeTheCommand() {
    assertThat(Printed.of(List.of("-q", "statsu")).text())
        .contains("Unmatched argument")
        .contains("status");
    assertThat(Printed.of(List.of("-q", "recipe", "ls")).status()).isZero();
  }

  @Test
  void aMistypedOptionIsSaidWithWhatMayHaveBeenMeantAndWithoutTheUsage() {
    Printed printed = Printed.of(List.of("status", "--bootstrop", "127.0.0.1:9092"));

    assertThat(printed.status()).isEqualTo(2);
    assertThat(printed.text())
        .startsWith("orcaflow: Unknown option")
        .contains("--bootstrap")
        .endsWith("'./orcaflow status --help' says what there is\n")
        .doesNotContain("Usage:");
    assertThat(printed.text().lines().count()).isLessThanOrEqualTo(3);
  }

  @Test
  void aMistypedCommandIsSaidWithWhatMayHaveBeenMeant() {
    Printed printed = Printed.of(List.of("stats"));

    assertThat(printed.status()).isEqualTo(2);
    assertThat(printed.text()).contains("Did you mean").contains("status");
  }

  @Test
  void theCompletionScriptIsBash(@TempDir Path dir) throws Exception {
    Printed script = Printed.of(List.of("generate-completion"));
    assertThat(script.status()).isZero();
    Path file = Files.writeString(dir.resolve("completion"), script.text());

    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source '%s'; COMP_WORDS=(orcaflow statu); COMP_CWORD=1; _complete_orcaflow;"
                        .formatted(file)
                    + " echo \"${COMPREPLY[@]}\"")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("status\n");
    assertThat(bash.waitFor()).isZero();
  }
}
