package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

  @TempDir Path dir;

  Path file;
  PidFile pidFile;

  @BeforeEach
  void open() {
    file = dir.resolve("registry.pid");
    pidFile = new PidFile(file);
  }

  @Test
  void knowsALivingProcessAndWaitsForItsEnd() throws IOException {
    Process process = new ProcessBuilder("sleep", "600").start();
    try {
      pidFile.write(process.toHandle());
      assertThat(pidFile.living()).contains(process.toHandle());
      assertThatThrownBy(() -> pidFile.awaitGone(Duration.ofMillis(1)))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("%s is in use by process %d".formatted(dir, process.pid()));
    } finally {
      process.destroy();
    }
    pidFile.awaitGone(Duration.ofSeconds(30));
    assertThat(pidFile.living()).isEmpty();
  }

  @Test
  void isNotDeceivedByAnotherProcessWithTheSamePid() throws IOException {
    Files.writeString(file, ProcessHandle.current().pid() + " " + Instant.EPOCH + "\n");
    assertThat(pidFile.living()).isEmpty();
  }

  @Test
  void takesAMissingOrBrokenFileForNobody() throws IOException {
    assertThat(pidFile.living()).isEmpty();
    Files.writeString(file, "12");
    assertThat(pidFile.living()).isEmpty();
    pidFile.awaitGone(Duration.ZERO);
  }
}
