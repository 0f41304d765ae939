package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import orcaflow.streams.admit.Decision;
import org.junit.jupiter.api.Test;

class CountersTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** The share of mixed groups is 0, and not unknown, where no group ever was mixed. */
  @Test
  void everyResultOfAGroupIsThereFromTheStart() {
    Counters counters = new Counters(meters);
    counters.groupGraded(0, 4);
    counters.groupGraded(0, 4);
    counters.groupGraded(4, 4);
    assertThat(groups("none-right")).isEqualTo(2);
    assertThat(groups("all-right")).isEqualTo(1);
    assertThat(groups("mixed")).isZero();
    counters.groupGraded(3, 4);
    assertThat(groups("mixed")).isEqualTo(1);
  }

  @Test
  void seriesWhoseLabelsAreKnownAreThereBeforeTheFirstRecord() {
    new Counters(meters).decisions(Decision.labels());
    assertThat(Decision.labels())
        .hasSize(8)
        .allSatisfy(
            label ->
                assertThat(meters.get("orcaflow.admit.decisions").tag("decision", label).counter())
                    .satisfies(counter -> assertThat(counter.count()).isZero()));
    assertThat(meters.get("orcaflow.pair.rows").counters()).hasSize(Counters.Row.values().length);
    assertThat(meters.get("orcaflow.grade.partial").counter().count()).isZero();
  }

  private double groups(String result) {
    return meters.get("orcaflow.grade.groups").tag("result", result).counter().count();
  }
}
