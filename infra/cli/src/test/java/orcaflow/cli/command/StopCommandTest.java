package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import orcaflow.cli.Printed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code stop}, with programs of the system in place of a run. */
class StopCommandTest {

  @TempDir private Path dir;
  private Process process;

  @BeforeEach
  void start() throws IOException {
    process = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void whereNothingRunsItSaysSo() {
    assertThat(stop()).isEqualTo(new Printed(0, "nothing runs in %s\n".formatted(dir)));
  }

  @Test
  void itWaitsForTheEndOfTheProcess() throws IOException {
    written(process.info().startInstant().orElseThrow().toEpochMilli());

    assertThat(stop().text()).matches("what ran in .* has stopped after \\d+ s\n");
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void anotherProgramWithTheNumberOfOneThatWasKilledIsLeftAlone() throws IOException {
    written(process.info().startInstant().orElseThrow().minusSeconds(3600).toEpochMilli());

    assertThat(stop()).isEqualTo(new Printed(0, "nothing runs in %s\n".formatted(dir)));
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void aProcessThatDoesNotStopIsNamed() throws Exception {
    process.destroyForcibly();
    process =
        new ProcessBuilder("sh", "-c", "trap '' TERM; echo up; sleep 600 & wait; wait").start();
    assertThat((char) process.getInputStream().read()).isEqualTo('u');
    written(process.info().startInstant().orElseThrow().toEpochMilli());

    Printed said = stop();

    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text())
        .contains(
            "process %d finishes what is in flight".formatted(process.pid()),
            "has not stopped within 1 s: wait longer (--within), or 'kill -9 %d'"
                .formatted(process.pid()));
    assertThat(process.isAlive()).isTrue();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
  }

  private void written(long began) throws IOException {
    Files.writeString(
        dir.resolve("endpoints.json"),
        """
        {"pid": %d, "began": %d, "bootstrap": "127.0.0.1:1", "registry": "http://127.0.0.1:1",
         "run": "main", "urls": {}}
        """
            .formatted(process.pid(), began));
  }

  private Printed stop() {
    return Printed.of(List.of("stop", "--dir", dir.toString(), "--within", "1"));
  }
}
