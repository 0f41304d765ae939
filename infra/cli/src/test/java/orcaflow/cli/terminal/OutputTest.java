package orcaflow.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

class OutputTest {

  @Command(name = "differ")
  private static final class Differ implements Callable<Integer> {

    @Mixin private Output output;
    @Parameters private List<String> found = List.of();

    @Override
    public Integer call() throws Exception {
      return output.differences(found, word -> "differs: " + word);
    }
  }

  @Test
  void differencesAreOneDocumentAlsoWhereThereAreNone() throws Exception {
    assertThat(printed("-o", "json")).isEqualTo("0 []\n");
    String two = printed("-o", "json", "a", "b\u0007");
    assertThat(two).startsWith("1 ");
    assertThat(new ObjectMapper().readValue(two.substring(2), String[].class))
        .containsExactly("a", "b\u0007");
  }

  @Test
  void differencesAreALineEach() {
    assertThat(printed()).isEqualTo("0 no differences\n");
    assertThat(printed("a", "b")).isEqualTo("1 differs: a\ndiffers: b\n");
  }

  private static String printed(String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine command =
        new CommandLine(new Differ())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out));
    int status = command.execute(arguments);
    return status + " " + out;
  }
}
