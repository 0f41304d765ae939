package orcaflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What every command does with what it cannot use; a new command is held to it by itself. */
class ExitStatusTest {

  /** Commands that look at another argument first, or answer that there is nothing. */
  private static final Set<String> OTHERS_FIRST =
      Set.of(
          "seed --dir",
          "contamination --dir",
          "dataset export --dir",
          "dataset cut --command-config",
          "dataset export --command-config",
          "dataset export --benchmark",
          "evaluate --benchmark");

  /** Files and folders that a command reads; the others it writes. */
  private static final Set<String> READ =
      Set.of(
          "--benchmark",
          "--command-config",
          "--corpus",
          "--model",
          "--seeds",
          "--student",
          "--validation");

  @TempDir private Path dir;

  /** A command, and an option of it. */
  record Case(String command, String option, List<String> minimal) {
    @Override
    public String toString() {
      return command + " " + option;
    }
  }

  private record Ended(int status, String out, String err) {}

  static Stream<Case> commands() {
    return Commands.doing().stream()
        .filter(command -> !command.name().equals("generate-completion"))
        .map(command -> of(command, "--no-such-option"));
  }

  static Stream<Case> folders() {
    return Commands.doing().stream()
        .filter(command -> command.findOption("--dir") != null)
        .map(command -> of(command, "--dir"))
        .filter(each -> !OTHERS_FIRST.contains(each.toString()));
  }

  static Stream<Case> files() {
    return Commands.doing().stream()
        .flatMap(
            command ->
                command.options().stream()
                    .filter(ExitStatusTest::isFile)
                    .map(option -> of(command, option.longestName())))
        .filter(each -> !OTHERS_FIRST.contains(each.toString()));
  }

  private static boolean isFile(OptionSpec option) {
    return takesPath(option) && READ.contains(option.longestName());
  }

  private static boolean takesPath(ArgSpec argument) {
    return List.of(argument.typeInfo().getAuxiliaryTypes()).contains(Path.class);
  }

  private static Case of(CommandSpec command, String option) {
    return new Case(
        String.join(" ", Commands.words(command)), option, Commands.minimal(command, option));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void anUnknownOptionIsNamedAndEndsWithTwo(Case bad) {
    Ended ended = run(bad.minimal(), bad.option());

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().lines().findFirst().orElseThrow())
        .startsWith("orcaflow: ")
        .contains("--no-such-option");
  }

  @ParameterizedTest
  @MethodSource("folders")
  void aFileInPlaceOfTheFolderIsNamedAndEndsWithTwo(Case bad) throws IOException {
    Path file = Files.writeString(dir.resolve("notes.txt"), "no folder");
    refused(bad, file);
    assertThat(file).hasContent("no folder");
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileThatIsNotThereIsNamedAndEndsWithTwo(Case bad) {
    refused(bad, dir.resolve("gone/file"));
  }

  private void refused(Case bad, Path value) {
    List<String> minimal = new ArrayList<>(bad.minimal());
    Path home = dir.resolve("home");
    if (!bad.option().equals("--dir") && hasFolder(bad)) {
      minimal.addAll(List.of("--dir", home.toString()));
    }
    Ended ended = run(minimal, bad.option(), value.toString());

    assertThat(home).doesNotExist();
    assertThat(ended.err().lines().toList())
        .as("one sentence")
        .hasSize(1)
        .allMatch(line -> line.startsWith("orcaflow: "))
        .allMatch(line -> line.contains(value.getFileName().toString()), "has the value");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
  }

  private static boolean hasFolder(Case bad) {
    return Commands.doing().stream()
        .filter(command -> String.join(" ", Commands.words(command)).equals(bad.command()))
        .anyMatch(command -> command.findOption("--dir") != null);
  }

  private static Ended run(List<String> minimal, String... more) {
    List<String> all = new ArrayList<>(minimal);
    all.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Ended(status, out.toString(), err.toString());
  }
}
