package orcaflow.bench.streams;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import orcaflow.bench.CannotMeasure;

/** The service in a process that is asked to stop, or killed. */
final class Restarts implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Process process;
  private final BufferedReader answers;

  private Restarts(Process process, BufferedReader answers) {
    this.process = process;
    this.answers = answers;
  }

  /** Starts one, and asks it to start the service. */
  static Restarts start(Path log, Map<String, String> question) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                OurStages.class.getName())
            .redirectError(log.toFile())
            .start();
    Writer questions = process.outputWriter(StandardCharsets.UTF_8);
    questions.write(JSON.writeValueAsString(question));
    questions.write('\n');
    questions.flush();
    return new Restarts(process, process.inputReader(StandardCharsets.UTF_8));
  }

  /** Waits until all its partitions are being worked on. */
  void awaitReady() throws IOException, InterruptedException, CannotMeasure {
    String answer = answers.readLine();
    if (answer == null || !answer.contains("port")) {
      throw new CannotMeasure("the service did not start: " + answer);
    }
    HttpRequest ready =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/health/ready"
                        .formatted(JSON.readTree(answer).get("port").asInt())))
            .build();
    HttpClient client = HttpClient.newHttpClient();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (client.send(ready, BodyHandlers.discarding()).statusCode() != 200) {
      Thread.sleep(10);
      if (System.nanoTime() > deadline) {
        throw new CannotMeasure("the service is not ready after " + PATIENCE);
      }
    }
  }

  /** SIGTERM; returns when it is gone. */
  void terminate() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  /** SIGKILL; returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
