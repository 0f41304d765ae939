package orcaflow.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import orcaflow.service.UsualPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Apicurio Registry as a child process, with its Confluent-compatible API on a free port of
 * 127.0.0.1 and its database in a folder that outlives it. The child ends with this JVM, however
 * this JVM ends. Every subject's schemas stay FULL_TRANSITIVE compatible: anyone may read old
 * records with the new schema and new records with any old one.
 */
public final class Registry implements AutoCloseable {

  static final String COMPATIBILITY = "FULL_TRANSITIVE";

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration PREDECESSOR_LIMIT = Duration.ofSeconds(20);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);
  private static final long STOP_SECONDS = 5;
  private static final long PAUSE_MILLIS = 50;
  private static final int LOG_LINES = 15;
  private static final int TRIES = 5;
  private static final Pattern TAKEN =
      Pattern.compile("[Aa]lready in use|already bound|in use by another process");

  /** All that the child gets of our environment: it has no use for the keys of model endpoints. */
  private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME", "LANG", "TZ");

  private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

  private final Process process;
  private final String url;
  private final String token;
  private volatile boolean closing;

  private Registry(Process process, String url, String token) {
    this.process = process;
    this.url = url;
    this.token = token;
  }

  /** The child found one of its ports taken. */
  private static final class PortTaken extends StackException {
    private static final long serialVersionUID = 1L;

    PortTaken(String message) {
      super(message);
    }
  }

  /**
   * Starts on a free port; returns when schemas can be registered.
   *
   * @throws StackException if it does not come up, with the last lines of its log
   */
  public static Registry start(Path dir) {
    return start(dir, Ports::free);
  }

  /** Starts on the usual port, or on a free one where that is taken. */
  static Registry startOnUsualPort(Path dir) {
    return start(dir, Ports.usualOrFree(UsualPort.REGISTRY));
  }

  static Registry start(Path dir, IntSupplier freePorts) {
    return onFreePorts(freePorts, (port, managementPort) -> start(dir, port, managementPort));
  }

  /** What is done with a registry on two ports. */
  interface OnPorts<T, E extends Exception> {
    T use(int port, int managementPort) throws E;
  }

  /** Takes other ports when somebody else has taken one between our look and the child's bind. */
  static <T, E extends Exception> T onFreePorts(IntSupplier freePorts, OnPorts<T, E> start)
      throws E {
    for (int attempt = 1; attempt < TRIES; attempt++) {
      try {
        return start.use(freePorts.getAsInt(), freePorts.getAsInt());
      } catch (PortTaken taken) {
        LOG.info("the schema registry tries other ports: {}", taken.getMessage());
      }
    }
    return start.use(freePorts.getAsInt(), freePorts.getAsInt());
  }

  /** Starts on the given port of 127.0.0.1; returns when schemas can be registered. */
  public static Registry start(Path dir, int port) {
    return start(dir, port, Ports.free());
  }

  private static Registry start(Path dir, int port, int managementPort) {
    Path home = dir.toAbsolutePath().normalize();
    Path log = home.resolve("registry.log");
    Path runner = RegistryHome.runner();
    String token = UUID.randomUUID().toString();
    Process process;
    try {
      Files.createDirectories(home.resolve("tmp"));
      new PidFile(RegistryCommand.pidFile(home)).awaitGone(PREDECESSOR_LIMIT);
      process = launch(RegistryCommand.of(runner, home, port, managementPort, token), home, log);
    } catch (IOException e) {
      throw new StackException("the schema registry cannot work in %s: %s".formatted(home, e), e);
    }
    Registry registry = of(process, port, token);
    try {
      registry.awaitReady(log);
      registry.requireCompatibility();
      process.onExit().thenAccept(ended -> registry.sayIfUnexpected(ended.exitValue(), log));
      return registry;
    } catch (RuntimeException failed) {
      registry.close();
      throw failed;
    }
  }

  /**
   * @param token what this child, and no other registry, sends with its replies
   */
  static Registry of(Process process, int port, String token) {
    return new Registry(process, "http://127.0.0.1:%d/apis/ccompat/v7".formatted(port), token);
  }

  /** Base URL of the Confluent API, as clients want it. */
  public String url() {
    return url;
  }

  /** The port of 127.0.0.1. */
  int port() {
    return URI.create(url).getPort();
  }

  /** Process id of the child. */
  public long pid() {
    return process.pid();
  }

  /** Ends the child; the folder can be started again. */
  @Override
  public void close() {
    closing = true;
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Clients will fail soon and say little; this is the line that explains them. */
  private void sayIfUnexpected(int status, Path log) {
    if (!closing) {
      LOG.error("the schema registry ended by itself with status {}; {}", status, lastLines(log));
    }
  }

  static Process launch(List<String> command, Path home, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(ENVIRONMENT);
    return builder
        .directory(home.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Ready means: it answers about subjects. Its port is open a good while earlier. */
  void awaitReady(Path log) {
    HttpClient http = HttpClient.newBuilder().connectTimeout(REQUEST_LIMIT).build();
    HttpRequest subjects =
        HttpRequest.newBuilder(URI.create(url + "/subjects")).timeout(REQUEST_LIMIT).build();
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!answers(http, subjects)) {
      if (!process.isAlive()) {
        throw ended(
            "the schema registry ended with status %d before it was ready; %s"
                .formatted(process.exitValue(), lastLines(log)));
      }
      if (System.nanoTime() > deadline) {
        throw new StackException(
            "the schema registry was not ready within %d s; %s"
                .formatted(START_LIMIT.toSeconds(), lastLines(log)));
      }
      pause();
    }
  }

  private static StackException ended(String sentence) {
    return TAKEN.matcher(sentence).find() ? new PortTaken(sentence) : new StackException(sentence);
  }

  /** Whether our child answers, and not a registry of somebody else that has taken its port. */
  private boolean answers(HttpClient http, HttpRequest request) {
    try {
      HttpResponse<Void> reply = http.send(request, HttpResponse.BodyHandlers.discarding());
      return reply.statusCode() == 200
          && reply.headers().allValues(RegistryCommand.TOKEN_HEADER).contains(token);
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while the schema registry started", e);
    }
  }

  private void pause() {
    try {
      // Ends early if the child ends.
      process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while the schema registry started", e);
    }
  }

  void requireCompatibility() {
    try (SchemaSubjects subjects = new SchemaSubjects(url)) {
      subjects.requireCompatibility(COMPATIBILITY);
    }
  }

  private static String lastLines(Path log) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
      return "the end of %s:%n%s".formatted(log, String.join(System.lineSeparator(), last));
    } catch (IOException e) {
      return "its log %s cannot be read: %s".formatted(log, e);
    }
  }
}
