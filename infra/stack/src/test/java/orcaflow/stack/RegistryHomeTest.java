package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryHomeTest {

  @TempDir Path dir;

  @Test
  void isFoundAboveOurClassesAndAboveTheFrontDoorsJars() throws IOException {
    Path runner = runnerIn(dir.resolve("infra/stack/target/apicurio"));
    assertThat(RegistryHome.runner(Optional.empty(), dir.resolve("infra/stack/target/classes")))
        .isEqualTo(runner);
    assertThat(
            RegistryHome.runner(
                Optional.empty(), dir.resolve("infra/cli/target/lib/orcaflow-stack.jar")))
        .isEqualTo(runner);
  }

  @Test
  void isTheFolderTheSystemPropertyNames() throws IOException {
    runnerIn(dir.resolve("infra/stack/target/apicurio"));
    Path elsewhere = runnerIn(dir.resolve("elsewhere"));
    assertThat(RegistryHome.runner(Optional.of(dir.resolve("elsewhere").toString()), dir))
        .isEqualTo(elsewhere);
  }

  @Test
  void isMissedInOneSentence() {
    assertThatThrownBy(() -> RegistryHome.runner(Optional.empty(), dir))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("build the module infra/stack, or set -Dorcaflow.registry.home");
    assertThatThrownBy(() -> RegistryHome.runner(Optional.of(dir.toString()), dir))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("orcaflow.registry.home is " + dir);
  }

  private static Path runnerIn(Path home) throws IOException {
    Files.createDirectories(home);
    return Files.createFile(home.resolve("apicurio-registry-app-1.0-runner.jar"));
  }
}
