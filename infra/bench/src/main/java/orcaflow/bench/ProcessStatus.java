package orcaflow.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of a process in {@code /proc}, see proc_pid_status(5). */
public final class ProcessStatus {

  private ProcessStatus() {}

  /**
   * A number of a process: of memory in kibibytes.
   *
   * @param name such as {@code VmRSS}
   * @throws CannotMeasure if this system does not say it
   */
  public static long of(long pid, String name) throws CannotMeasure {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow(() -> absent(pid, name, null));
    } catch (IOException e) {
      throw absent(pid, name, e);
    }
  }

  private static CannotMeasure absent(long pid, String name, IOException cause) {
    return new CannotMeasure(
        "this system does not say the %s of process %d".formatted(name, pid), cause);
  }
}
