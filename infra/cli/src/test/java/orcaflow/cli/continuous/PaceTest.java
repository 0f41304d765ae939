package orcaflow.cli.continuous;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void overTimeExactlyTheRateIsDueHoweverOftenOneLooks() {
    Pace pace = new Pace(3, 500, 0);
    long taken = 0;
    for (int tenths = 1; tenths <= 1_000; tenths++) {
      taken += pace.take(tenths * SECOND / 10);
    }
    assertThat(taken).isBetween(299L, 300L);
  }

  @Test
  void whatAPauseHasHeldBackIsNotMadeUpForBeyondTheMost() {
    Pace pace = new Pace(20, 500, 0);

    assertThat(pace.take(3_600 * SECOND)).isEqualTo(500);
    assertThat(pace.take(3_601 * SECOND)).isEqualTo(20);
  }

  @Test
  void lessThanOneIsKeptForTheNextLook() {
    Pace pace = new Pace(0.5, 500, 0);

    assertThat(pace.take(SECOND)).isZero();
    assertThat(pace.take(2 * SECOND)).isEqualTo(1);
  }
}
