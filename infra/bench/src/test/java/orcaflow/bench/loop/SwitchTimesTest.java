package orcaflow.bench.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import orcaflow.bench.CannotMeasure;
import org.junit.jupiter.api.Test;

class SwitchTimesTest {

  @Test
  void readsWhatTheServerExports() throws CannotMeasure {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().commonTags("run", "main");
    Timer timer =
        Timer.builder("orcaflow.policy.switch").publishPercentiles(0.5, 0.99).register(registry);
    for (int millis = 1; millis <= 100; millis++) {
      timer.record(Duration.ofMillis(millis));
    }

    SwitchTimes times = SwitchTimes.parse(registry.scrape(), "orcaflow_policy_switch");

    assertThat(times.count()).isEqualTo(100);
    assertThat(times.medianMillis()).isCloseTo(50, within(4.0));
    assertThat(times.p99Millis()).isCloseTo(99, within(7.0));
    assertThat(times.maxMillis()).isEqualTo(100);
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(
            () -> SwitchTimes.parse("orcaflow_other_seconds_count 1\n", "orcaflow_policy_switch"))
        .isInstanceOf(CannotMeasure.class)
        .hasMessageContaining("orcaflow_policy_switch");
  }
}
