package orcaflow.cli.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.service.AtomicFile;

/**
 * What runs in a folder, written there while it runs, so that other commands find it.
 *
 * @param pid process that runs it
 * @param began when that process began, in milliseconds since 1970; 0 where the system does not say
 * @param urls addresses by name
 */
public record Endpoints(
    long pid, long began, String bootstrap, String registry, String run, Map<String, String> urls) {

  /** What this process runs. */
  static Endpoints ofThisProcess(
      String bootstrap, String registry, String run, Map<String, String> urls) {
    ProcessHandle own = ProcessHandle.current();
    return new Endpoints(own.pid(), began(own).orElse(0L), bootstrap, registry, run, urls);
  }

  private static final String FILE = "endpoints.json";

  /** What Prometheus reads addresses from (its file_sd_config). */
  private static final String TARGETS = "prometheus-targets.json";

  private static final String METRICS = "/metrics";

  /** Name of the policy server's address. */
  static final String POLICY_SERVER = "policy server";

  /** Ends the names of addresses of metrics. */
  static final String METRICS_OF = " metrics";

  /** Base URL of the policy server, without {@code /v1}. */
  public Optional<String> policyServer() {
    return Optional.ofNullable(urls.get(POLICY_SERVER));
  }

  /** Where the trainer shows its metrics. */
  Optional<String> trainerMetrics() {
    return Optional.ofNullable(urls.get("trainer" + METRICS_OF));
  }

  /** The system counts from its start, and the clock may have been set since. */
  private static final long CLOCK_MILLIS = 10_000;

  private record Target(List<String> targets, Map<String, String> labels) {}

  void write(Path dir) throws IOException {
    AtomicFile.write(dir.resolve(FILE), Report.JSON.writeValueAsString(this) + "\n");
    AtomicFile.write(
        dir.resolve(TARGETS), Report.JSON.writeValueAsString(List.of(target())) + "\n");
  }

  private Target target() {
    List<String> addresses =
        urls.values().stream()
            .filter(url -> url.endsWith(METRICS))
            .map(url -> URI.create(url).getAuthority())
            .sorted()
            .toList();
    return new Target(addresses, Map.of("run", run));
  }

  static void remove(Path dir) {
    try {
      Files.deleteIfExists(dir.resolve(TARGETS));
      Files.deleteIfExists(dir.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was written in the folder, whether or not it still runs. */
  public static Optional<Endpoints> read(Path dir) throws IOException {
    Path file = dir.resolve(FILE);
    return Files.exists(file)
        ? Optional.of(Report.JSON.readValue(file.toFile(), Endpoints.class))
        : Optional.empty();
  }

  /** Whether the process that wrote it is there. */
  public boolean alive() {
    return process().isPresent();
  }

  /**
   * The process that wrote it. After a {@code kill -9} its number may be that of another program:
   * one that began at another time is none.
   */
  public Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid).filter(this::isWriter);
  }

  private boolean isWriter(ProcessHandle process) {
    return began(process).filter(at -> Math.abs(at - began) > CLOCK_MILLIS).isEmpty();
  }

  private static Optional<Long> began(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli);
  }
}
