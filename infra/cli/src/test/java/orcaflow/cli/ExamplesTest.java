package orcaflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

/** Each example of a help and of a document is a command line that is understood. */
class ExamplesTest {

  private static final String PROGRAM = "./orcaflow ";

  /** Parts that the program starts without the command line; they have mains of their own. */
  private static final Set<String> ELSEWHERE =
      Set.of("agents", "streams", "trainer", "stack", "scripted-model", "problem-set", "bench");

  static Stream<CommandSpec> commands() {
    return Commands.all().stream();
  }

  static Stream<String> examples() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(Commands.ROOT.resolve("README.md")));
    try (Stream<Path> files = Files.list(Commands.ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
    }
    Stream<String> helps = Commands.all().stream().flatMap(Commands::examples);
    return Stream.concat(helps, documents.stream().flatMap(ExamplesTest::fenced))
        .flatMap(ExamplesTest::calls)
        .distinct();
  }

  /** Lines of the code blocks of a document, those that are continued joined. */
  private static Stream<String> fenced(Path document) {
    try {
      List<String> lines = new ArrayList<>();
      boolean code = false;
      for (String line :
          Files.readString(document).replaceAll("\\\\\\R\\s*", "").lines().toList()) {
        if (line.startsWith("```")) {
          code = !code;
        } else if (code) {
          lines.add(line);
        }
      }
      return lines.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The calls in a line of shell, without comments, pipes and redirections. */
  static Stream<String> calls(String line) {
    return Arrays.stream(line.split("&&|\\||;"))
        .filter(part -> part.contains(PROGRAM))
        // What a command prints may name another one, in quotes.
        .filter(part -> !part.contains("'" + PROGRAM))
        .map(part -> part.substring(part.indexOf(PROGRAM) + PROGRAM.length()))
        .map(part -> part.replaceAll("\\s(#|>|2>|&).*", "").replaceAll("[)`]+$", "").strip())
        .filter(call -> !ELSEWHERE.contains(call.split(" ")[0]))
        // A synopsis or a variable of the shell is no call that can be read.
        .filter(call -> !call.contains("...") && !call.matches(".*[\\[$].*"))
        .filter(call -> !call.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasAnExample(CommandSpec command) {
    boolean below = !command.subcommands().isEmpty();
    assertThat(Commands.examples(command).findAny().isPresent() || below || isPicoclis(command))
        .isTrue();
  }

  private static boolean isPicoclis(CommandSpec command) {
    return command.name().equals("generate-completion");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsUnderstood(String example) {
    List<String> words = words(example);
    assertThatCode(() -> Main.commandLine().parseArgs(words.toArray(String[]::new)))
        .doesNotThrowAnyException();
  }

  /** As a shell splits it: quotes keep words together. */
  static List<String> words(String example) {
    List<String> words = new ArrayList<>();
    var quoted = java.util.regex.Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)").matcher(example);
    while (quoted.find()) {
      words.add(
          Stream.of(quoted.group(1), quoted.group(2), quoted.group(3))
              .filter(java.util.Objects::nonNull)
              .findFirst()
              .orElseThrow());
    }
    return words;
  }
}
