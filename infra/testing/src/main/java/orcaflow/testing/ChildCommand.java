package orcaflow.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command of a JVM of its own, with this one's class path, which a test may kill. */
public final class ChildCommand {

  /** A child lives for seconds: what pays only after minutes is off. */
  private static final List<String> SHORT_LIVED =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-BytecodeVerificationRemote");

  private ChildCommand() {}

  /**
   * The command that runs {@code main}.
   *
   * @param heapMegabytes the most that the heap holds
   */
  public static List<String> of(int heapMegabytes, Class<?> main, List<String> arguments) {
    return of(heapMegabytes, main.getName(), arguments);
  }

  /** The same for a main class by its name. */
  public static List<String> of(int heapMegabytes, String main, List<String> arguments) {
    return of(heapMegabytes, List.of(), System.getProperty("java.class.path"), main, arguments);
  }

  /** The same with further options of the JVM, and a class path of its own. */
  public static List<String> of(
      int heapMegabytes,
      List<String> options,
      String classPath,
      String main,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx%dm".formatted(heapMegabytes));
    command.addAll(SHORT_LIVED);
    command.add("-Dorcaflow.ports=free");
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    return command;
  }
}
