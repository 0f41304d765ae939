package orcaflow.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Where a benchmark ran. */
final class Machine {

  private Machine() {}

  /** Processor, cores, memory, kernel, JDK, and the load before the run. */
  static String description() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %.0f GiB, %s %s, JDK %s, load %.1f at the start",
        processor(),
        Runtime.getRuntime().availableProcessors(),
        system().getTotalMemorySize() / (double) (1L << 30),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        Runtime.version(),
        system().getSystemLoadAverage());
  }

  /** CPU-seconds this process has used, on all its threads, native ones included. */
  static double cpuSeconds() {
    return system().getProcessCpuTime() / 1e9;
  }

  private static com.sun.management.OperatingSystemMXBean system() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
  }

  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    if (Files.isReadable(file)) {
      try (Stream<String> lines = Files.lines(file)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      } catch (IOException e) {
        return System.getProperty("os.arch");
      }
    }
    return System.getProperty("os.arch");
  }
}
