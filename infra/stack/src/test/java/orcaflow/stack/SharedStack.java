package orcaflow.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import orcaflow.service.Folders;

/**
 * The broker and the registry that the tests of a JVM share. Runs keep them apart, so each run has
 * a name that no other test takes. It ends with the JVM. A test that stops a part of the stack
 * starts its own.
 */
public final class SharedStack {

  private static Stack stack;

  private SharedStack() {}

  /** Starts it for the first who asks. */
  public static synchronized Stack get() {
    if (stack == null) {
      Path dir = folder();
      Stack started = Stack.start(dir);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(started, dir)));
      stack = started;
    }
    return stack;
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("orcaflow-shared-stack");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Stack started, Path dir) {
    started.close();
    try {
      Folders.delete(dir);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
