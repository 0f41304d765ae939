package orcaflow.trainer.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PolicySwitchesTest {

  private static final Instant PUBLISHED = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void lastsUntilTheFirstRequestBeginsWhereOneWasWaiting() {
    assertThat(duration(40, -500, 300)).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void lastsUntilTheFirstRequestBeginsWhereOneCameBeforeThePolicyWasServed() {
    assertThat(duration(40, 39, 70)).isEqualTo(Duration.ofMillis(70));
  }

  @Test
  void lastsUntilThePolicyIsServedWhereNobodyAskedUntilThen() {
    assertThat(duration(40, 600, 630)).isEqualTo(Duration.ofMillis(40));
  }

  @Test
  void isNotNegativeWhereThePublishersClockIsAhead() {
    assertThat(duration(-20, 600, 630)).isEqualTo(Duration.ZERO);
  }

  private static Duration duration(long served, long asked, long begun) {
    return PolicySwitches.duration(
        PUBLISHED,
        PUBLISHED.plusMillis(served),
        PUBLISHED.plusMillis(asked),
        PUBLISHED.plusMillis(begun));
  }
}
