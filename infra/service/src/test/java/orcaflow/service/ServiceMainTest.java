package orcaflow.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import orcaflow.testing.ChildCommand;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class ServiceMainTest {

  private static final int SIGTERM = 128 + 15;

  /** A service that runs until it is closed, and whose parts the test can fail. */
  private record Part(CompletableFuture<Void> ended) implements Service {

    @Override
    public String summary() {
      return "one part";
    }

    @Override
    public int monitoringPort() {
      return 1234;
    }

    @Override
    public List<String> portsTaken() {
      return List.of(UsualPort.AGENTS.isTaken(1234));
    }

    @Override
    public void close() {
      System.out.println("closed");
      ended.complete(null);
    }
  }

  /** The service in a process of its own; the file's name says what becomes of it. */
  public static final class Child {
    public static void main(String[] arguments) {
      command(
              (file, options, environment) -> {
                CompletableFuture<Void> ended = new CompletableFuture<>();
                if (file.toString().equals("fails")) {
                  ended.completeExceptionally(new IllegalStateException("a part has failed"));
                }
                return new Part(ended);
              })
          .main(arguments);
    }
  }

  @Test
  void helpAndTheConfigAreAnAnswerAndUnknownOptionsAreNot() {
    assertThat(run("--help")).startsWith("0 child: a service\n\n  --config FILE ");
    assertThat(run("--print-config")).isEqualTo("0 port: 0\n");
    assertThat(run()).startsWith("2 child: a service\n");
    assertThat(run("--help", "--verbose")).startsWith("2 child: a service\n");
    assertThat(run("--config", "f", "--verbose", "yes")).startsWith("2 child: a service\n");
  }

  @Test
  void whatCannotBeginIsOneSentenceAndStatusTwo() {
    assertThat(failingWith(new IllegalArgumentException("f: port is '-1': give 0 or more")))
        .isEqualTo("2 child: f: port is '-1': give 0 or more\n");
    assertThat(failingWith(new KafkaException("failed", new IOException("no such broker"))))
        .isEqualTo("2 child: cannot start: no such broker (IOException)\n");
  }

  @Test
  void aFailedPartIsASentenceAndStatusOneAfterAnOrderlyClose() throws Exception {
    try (Started child = Started.with("fails")) {
      assertThat(child.output().lines())
          .containsExactly(
              "child: one part, metrics and health on port 1234",
              "child: port 9101 is taken: metrics of the agents are on 1234",
              "child stopped: a part has failed",
              "closed");
      assertThat(child.status()).isEqualTo(1);
    }
  }

  @Test
  void sigtermClosesAndTheStatusSaysSo() throws Exception {
    try (Started child = Started.with("runs")) {
      assertThat(child.output().readLine())
          .isEqualTo("child: one part, metrics and health on port 1234");
      assertThat(child.output().readLine())
          .isEqualTo("child: port 9101 is taken: metrics of the agents are on 1234");
      child.process().toHandle().destroy();
      assertThat(child.output().lines()).containsExactly("closed");
      assertThat(child.status()).isEqualTo(SIGTERM);
    }
  }

  private static String failingWith(RuntimeException failure) {
    return run(
        (file, options, environment) -> {
          throw failure;
        },
        "--config",
        "f");
  }

  private static String run(String... arguments) {
    return run((file, options, environment) -> new Part(new CompletableFuture<>()), arguments);
  }

  private static String run(ServiceMain.Starter starter, String... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream text = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int status = command(starter).run(arguments, Map.of(), text, text);
    return status + " " + bytes.toString(StandardCharsets.UTF_8);
  }

  private static ServiceMain command(ServiceMain.Starter starter) {
    return new ServiceMain("child", "a service", "port: 0\n", List.of(), starter);
  }

  private record Started(Process process, BufferedReader output) implements AutoCloseable {

    static Started with(String file) throws IOException {
      Process process =
          new ProcessBuilder(ChildCommand.of(256, Child.class, List.of("--config", file)))
              .redirectErrorStream(true)
              .start();
      return new Started(
          process,
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    int status() throws InterruptedException {
      return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
