package orcaflow.bench.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orcaflow.bench.CannotMeasure;
import orcaflow.bench.ProcessStatus;

/**
 * What a process takes.
 *
 * @param upSeconds from its start until it is up
 * @param letInSeconds from its start until the first new problems are in
 * @param heapMebibytes after a full collection
 * @param diskMebibytes of its folder
 * @param offsets of the run's topics, events and marks of transactions
 */
record Footprint(
    double upSeconds,
    double letInSeconds,
    double heapMebibytes,
    double residentMebibytes,
    long threads,
    long openFiles,
    double diskMebibytes,
    long offsets) {

  private static final double KIBIBYTES = 1024;
  private static final double BYTES = 1 << 20;
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  /** Of a Java process of this user, on a system with {@code /proc}. */
  static Footprint of(long pid, Path dir, double upSeconds, double letInSeconds, long offsets)
      throws IOException, InterruptedException, CannotMeasure {
    Path proc = Path.of("/proc", Long.toString(pid));
    if (!Files.isDirectory(proc)) {
      throw new CannotMeasure("there is no %s here".formatted(proc));
    }
    jcmd(pid, "GC.run");
    return new Footprint(
        upSeconds,
        letInSeconds,
        heap(jcmd(pid, "GC.heap_info")),
        ProcessStatus.of(pid, "VmRSS") / KIBIBYTES,
        ProcessStatus.of(pid, "Threads"),
        entries(proc.resolve("fd")),
        bytes(dir) / BYTES,
        offsets);
  }

  /** Of the generations; the first line of each has what is used. */
  static double heap(String info) throws CannotMeasure {
    double kibibytes = 0;
    for (String line : info.lines().toList()) {
      Matcher used = USED.matcher(line);
      if (line.contains("generation") && used.find()) {
        kibibytes += Long.parseLong(used.group(1));
      }
    }
    if (kibibytes == 0) {
      throw new CannotMeasure("the heap is not described as expected: " + info);
    }
    return kibibytes / KIBIBYTES;
  }

  private static long entries(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  /** Files come and go while they are counted. */
  private static double bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToDouble(file -> file.toFile().length()).sum();
    } catch (UncheckedIOException gone) {
      return bytes(folder);
    }
  }

  private static String jcmd(long pid, String command)
      throws IOException, InterruptedException, CannotMeasure {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new CannotMeasure("jcmd %s: %s".formatted(command, said));
    }
    return said;
  }
}
