package orcaflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {

  private static final Path DIR = Path.of("/runs/one");

  @TempDir Path here;

  @Test
  void aRunStartsWithMoreThanItContinuesWith() {
    assertThatCode(mebibytes(256)::requireToStart).doesNotThrowAnyException();
    assertThatThrownBy(mebibytes(255)::requireToStart)
        .isInstanceOf(DiskSpace.TooLittle.class)
        .hasMessage("the disk of /runs/one has 255 MiB left: a run starts with 256 or more");
    assertThatCode(mebibytes(128)::requireToContinue).doesNotThrowAnyException();
    assertThatThrownBy(mebibytes(127)::requireToContinue)
        .isInstanceOf(DiskSpace.TooLittle.class)
        .hasMessage(
            "the disk of /runs/one has 127 MiB left: ended in order, as the broker halts on a full"
                + " disk; with 256 free the same command continues from there");
  }

  @Test
  void aDiskThatDoesNotSayEndsARunToo() {
    DiskSpace gone =
        new DiskSpace(
            DIR,
            () -> {
              throw new IOException("stale file handle");
            });
    assertThatThrownBy(gone::requireToContinue)
        .isInstanceOf(DiskSpace.TooLittle.class)
        .hasMessageStartingWith(
            "the disk of /runs/one does not say what is left: java.io.IOException: stale");
  }

  @Test
  void aRealFolderSaysHowMuchIsLeft() {
    assertThat(DiskSpace.of(here).complaint(0)).isEmpty();
    assertThat(DiskSpace.of(here).complaint(Long.MAX_VALUE).orElseThrow())
        .matches("the disk of %s has [0-9,]+ MiB left".formatted(here));
  }

  private static DiskSpace mebibytes(long left) {
    return new DiskSpace(DIR, () -> left << 20);
  }
}
