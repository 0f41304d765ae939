package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/topics.md} equal to the code. {@code mvn -pl schemas -am test
 * -Dtest=TopicsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dorcaflow.docs.write=true} writes
 * it.
 */
class TopicsPageTest {

  @Test
  void thePageSaysWhatTheCatalogueSays() throws IOException {
    Path page = Repository.file("docs/topics.md");
    if (Boolean.getBoolean("orcaflow.docs.write")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, TopicsPage.text());
    }
    assertThat(page).as("see this class's comment").exists();
    assertThat(Files.readString(page)).as("see this class's comment").isEqualTo(TopicsPage.text());
  }

  @Test
  void theKeyOfEveryEventOfTheFlowIsAProblem() {
    assertThat(TopicsPage.text())
        .contains("| [`problems`](#problems) | `Problem` | `id` | *run* | for ever | yes |")
        .contains(
            "| [`demonstrations`](#demonstrations) | `Demonstration` | `problemId` | *run* | for ever |  |");
  }
}
