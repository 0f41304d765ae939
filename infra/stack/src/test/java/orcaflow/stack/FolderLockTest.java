package orcaflow.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

  @TempDir private Path dir;

  @Test
  void namesItsHolderAsLongAsItIsHeld() throws Exception {
    assertThat(FolderLock.holder(dir)).as("nobody was here").isEmpty();

    try (FolderLock lock = FolderLock.take(dir)) {
      assertThat(FolderLock.holder(dir)).contains(ProcessHandle.current());
      assertThatThrownBy(() -> FolderLock.take(dir))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
      assertThat(lock).isNotNull();
    }

    assertThat(dir.resolve("stack.lock")).as("the file stays").exists();
    assertThat(FolderLock.holder(dir)).as("it is held no more").isEmpty();
  }

  @Test
  void aFileThatIsNoLockNamesNobody() throws Exception {
    Files.writeString(dir.resolve("stack.lock"), "text\n");
    assertThat(FolderLock.holder(dir)).isEmpty();
  }
}
