package orcaflow.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import orcaflow.service.Folders;

/** A run's folder while it is looked at whether the run can be made. */
final class NewFolder {

  private NewFolder() {}

  /**
   * Does the work; where that fails, a folder that was not there before it is not there after it.
   */
  static <T> T goneUnlessUsable(Path dir, Callable<T> work) throws Exception {
    boolean before = Files.exists(dir);
    try {
      return work.call();
    } catch (Exception refused) {
      // A folder with a broker in it is that of another start.
      if (!before && Files.isDirectory(dir) && !Files.exists(dir.resolve("stack"))) {
        Folders.delete(dir);
      }
      throw refused;
    }
  }
}
