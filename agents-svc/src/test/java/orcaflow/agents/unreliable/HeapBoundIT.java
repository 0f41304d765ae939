package orcaflow.agents.unreliable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import orcaflow.testing.Await;
import orcaflow.testing.ChildCommand;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small JVM asks 16 endpoints for 50 MB each, all at once. */
@Timeout(Await.LIMIT_SECONDS)
class HeapBoundIT {

  @ParameterizedTest
  @ValueSource(strings = {"big50", "bomb50"})
  void aHeapOf256MegabytesOutlives16AnswersOf50(String id) throws Exception {
    try (FaultyModel model = new FaultyModel()) {
      Process child = start("http://127.0.0.1:" + model.start(0), id);
      String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      System.out.print(said);
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(said).contains(id + ": 16 of 16 cut off at 1,048,576 bytes");
      assertThat(child.exitValue()).isZero();
      assertThat(model.calls()).hasSize(16);
    }
  }

  private static Process start(String url, String id) throws IOException {
    return new ProcessBuilder(
            ChildCommand.of(
                256,
                List.of("-XX:+ExitOnOutOfMemoryError"),
                System.getProperty("java.class.path"),
                HeapChild.class.getName(),
                List.of(url, id)))
        .redirectErrorStream(true)
        .start();
  }
}
