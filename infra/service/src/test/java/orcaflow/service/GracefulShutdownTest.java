package orcaflow.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import orcaflow.testing.ChildCommand;
import org.junit.jupiter.api.Test;

class GracefulShutdownTest {

  private static final int SIGTERM = 128 + 15;

  /** A service that closes at once, or never. */
  public static final class Service {
    public static void main(String[] arguments) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      GracefulShutdown.beginsWith(
          "service",
          () -> {
            System.out.println("closing");
            if (arguments[0].equals("hangs")) {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          });
      System.out.println("runs");
      never.await();
    }
  }

  private record End(int status, List<String> output) {}

  @Test
  void endsAsItWouldHaveAfterAnOrderlyClose() throws Exception {
    End end = stopped("closes");
    assertThat(end.status()).isEqualTo(SIGTERM);
    assertThat(end.output()).containsExactly("closing");
  }

  @Test
  void endsWithASentenceWhenClosingDoesNot() throws Exception {
    End end = stopped("hangs");
    assertThat(end.status()).isEqualTo(1);
    assertThat(end.output()).hasSize(2);
    assertThat(end.output().get(1)).startsWith("service: not closed after 1 s");
  }

  @Test
  void takesTheLimitFromTheEnvironment() {
    assertThat(GracefulShutdown.limit(Map.of())).isEqualTo(Duration.ofSeconds(45));
    assertThat(GracefulShutdown.limit(Map.of("ORCAFLOW_STOP_SECONDS", "7")))
        .isEqualTo(Duration.ofSeconds(7));
    for (String bad : List.of("0", "-3", "soon", "")) {
      assertThatThrownBy(() -> GracefulShutdown.limit(Map.of("ORCAFLOW_STOP_SECONDS", bad)))
          .hasMessageContaining("ORCAFLOW_STOP_SECONDS is '" + bad + "'");
    }
  }

  private static End stopped(String how) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(ChildCommand.of(256, Service.class, List.of(how)))
            .redirectErrorStream(true);
    builder.environment().put("ORCAFLOW_STOP_SECONDS", "1");
    Process process = builder.start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).isEqualTo("runs");
      // destroy() would close our end of the output; the signal alone is wanted.
      process.toHandle().destroy();
      return new End(process.waitFor(), output.lines().collect(Collectors.toList()));
    }
  }
}
