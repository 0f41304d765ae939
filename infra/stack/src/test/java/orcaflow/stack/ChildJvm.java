package orcaflow.stack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import orcaflow.testing.ChildCommand;

/** Another JVM with this one's class path, whose main prints one line and then waits. */
record ChildJvm(Process process, String firstLine) implements AutoCloseable {

  static ChildJvm start(Class<?> main, String... args) throws IOException {
    Process process =
        new ProcessBuilder(ChildCommand.of(512, main, List.of(args)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new AssertionError(main + " ended without a word");
    }
    return new ChildJvm(process, line);
  }

  /** As kill -9 does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
