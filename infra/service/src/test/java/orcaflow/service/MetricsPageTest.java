package orcaflow.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/metrics.md} equal to the code. {@code mvn -pl infra/service -am test
 * -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dorcaflow.docs.write=true} writes
 * it.
 */
class MetricsPageTest {

  private static final Path PAGE = MonitoringFiles.ROOT.resolve("docs/metrics.md");

  @Test
  void thePageSaysWhatTheCatalogueSays() throws IOException {
    if (Boolean.getBoolean("orcaflow.docs.write")) {
      Files.writeString(PAGE, MetricsPage.text());
    }
    assertThat(PAGE).as("see this class's comment").exists().hasContent(MetricsPage.text());
  }

  @Test
  void noTwoMetricsShareASeries() {
    assertThat(Arrays.stream(Metric.values()).flatMap(metric -> metric.series().stream()))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("orcaflow(_[a-z0-9]+)+"));
  }

  @Test
  void aMetricTakesAsManyValuesAsItHasLabels() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Metric.STAGE_FINISHED.counter(registry, "solve", "done").increment(2);

    assertThat(
            registry
                .get("orcaflow.stage.finished")
                .tags("stage", "solve", "fate", "done")
                .counter()
                .count())
        .isEqualTo(2);
    assertThatThrownBy(() -> Metric.STAGE_FINISHED.counter(registry, "solve"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("orcaflow.stage.finished has the labels [stage, fate], and 1 values");
  }
}
