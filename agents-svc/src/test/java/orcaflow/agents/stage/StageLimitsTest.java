package orcaflow.agents.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageLimitsTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "31, 1", "32, 2", "100, 6", "128, 8", "576, 9", "1024, 16", "4000, 16"})
  void theLanesTogetherHoldABatch(int batch, int lanes) {
    StageLimits limits =
        new StageLimits(
            1, batch, Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO);
    assertThat(limits.lanes()).isEqualTo(lanes);
    assertThat(IntStream.range(0, lanes).map(limits::batchOf).sum()).isEqualTo(batch);
    assertThat(limits.batchOf(0) - limits.batchOf(lanes - 1)).isBetween(0, 1);
  }
}
