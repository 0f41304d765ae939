package orcaflow.service;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;

/**
 * A service as a process of its own: command line, start, orderly stop and exit status. The status
 * is 143 after SIGTERM, 1 when a part failed or the stop took too long, 2 when the service cannot
 * begin, 0 for {@code --help} and {@code --print-config}.
 *
 * @param name of the service; begins each sentence, and {@code <name>-logback.xml} is its logging
 * @param purpose one line for the usage
 * @param defaults the commented YAML that lists every setting with its default
 * @param options those beside {@code --config}
 * @param starter reads the file and starts the service
 */
public record ServiceMain(
    String name, String purpose, String defaults, List<ServiceOption> options, Starter starter) {

  private static final int FAILED = 1;
  private static final int CANNOT_BEGIN = 2;
  private static final String LOGGING = "logback.configurationFile";

  /** Starts the service with its file; the options and then the environment override the file. */
  @FunctionalInterface
  public interface Starter {
    Service start(Path file, Map<String, String> options, Map<String, String> environment);
  }

  /** Runs until the service ends; ends this process. */
  public void main(String... arguments) {
    if (System.getProperty(LOGGING) == null) {
      System.setProperty(LOGGING, name + "-logback.xml");
    }
    System.exit(run(arguments, System.getenv(), System.out, System.err));
  }

  /** The same without the exit: returns the status. */
  public int run(
      String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    if (List.of(arguments).equals(List.of("--help"))) {
      out.print(usage());
      return 0;
    }
    if (List.of(arguments).equals(List.of("--print-config"))) {
      out.print(defaults);
      return 0;
    }
    Optional<Map<String, String>> given = ServiceOption.parse(options, arguments);
    if (given.isEmpty()) {
      err.print(usage());
      return CANNOT_BEGIN;
    }
    return serve(given.get(), environment, out, err);
  }

  private int serve(
      Map<String, String> given,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err) {
    CompletableFuture<Service> started = new CompletableFuture<>();
    Service service;
    try {
      // Before the start, so that a signal during the start waits for it and then closes: a JVM
      // that ends while a thread is inside native code may crash.
      GracefulShutdown.beginsWith(name, () -> close(started));
      Path file = Path.of(given.get(ServiceOption.CONFIG));
      service = starter.start(file, given, environment);
      started.complete(service);
    } catch (KafkaException e) {
      return refuse(err, "cannot start: " + Failures.innermost(e));
    } catch (RuntimeException e) {
      return refuse(err, sentence(e));
    } finally {
      started.cancel(false);
    }
    out.printf(
        "%s: %s, metrics and health on port %d%n",
        name, service.summary(), service.monitoringPort());
    service.portsTaken().forEach(sentence -> out.printf("%s: %s%n", name, sentence));
    return awaitEnd(service, err);
  }

  private int refuse(PrintStream err, String sentence) {
    err.printf("%s: %s%n", name, sentence);
    return CANNOT_BEGIN;
  }

  private int awaitEnd(Service service, PrintStream err) {
    try {
      service.ended().join();
      return 0;
    } catch (CompletionException failed) {
      err.printf("%s stopped: %s%n", name, sentence(failed.getCause()));
      return FAILED;
    }
  }

  /** Closes the service once it has started, if it does. */
  private static void close(CompletableFuture<Service> started) {
    started
        .thenApply(Optional::of)
        .exceptionally(failed -> Optional.empty())
        .join()
        .ifPresent(Service::close);
  }

  private String usage() {
    return "%s: %s%n%n%s".formatted(name, purpose, ServiceOption.usage(options));
  }

  private static String sentence(Throwable failure) {
    return Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
  }
}
