package orcaflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/commands.md} equal to the code. {@code mvn -pl infra/cli -am test
 * -Dtest=CommandsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dorcaflow.docs.write=true}
 * writes it.
 */
class CommandsPageTest {

  @Test
  void thePageSaysWhatTheCommandsSay() throws IOException {
    Path page = Commands.ROOT.resolve("docs/commands.md");
    if (Boolean.getBoolean("orcaflow.docs.write")) {
      Files.writeString(page, CommandsPage.text());
    }
    assertThat(page).as("see this class's comment").exists();
    assertThat(Files.readString(page))
        .as("see this class's comment")
        .isEqualTo(CommandsPage.text());
  }
}
