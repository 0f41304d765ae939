package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartsTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void eachFailureWaitsTwiceAsLongUpToHalfAMinute() {
    Restarts restarts = new Restarts(12);
    assertThat(restarts.after(NOON)).contains(Duration.ofMillis(100));
    assertThat(restarts.after(NOON)).contains(Duration.ofMillis(200));
    for (int i = 0; i < 7; i++) {
      restarts.after(NOON);
    }
    assertThat(restarts.after(NOON)).contains(Duration.ofSeconds(30));
  }

  @Test
  void tooManyFailuresWithinTenMinutesEndIt() {
    Restarts restarts = new Restarts(2);
    restarts.after(NOON);
    restarts.after(NOON);
    assertThat(restarts.after(NOON)).isEmpty();
  }

  @Test
  void oldFailuresAreForgiven() {
    Restarts restarts = new Restarts(1);
    restarts.after(NOON);
    assertThat(restarts.after(NOON.plus(Duration.ofMinutes(11)))).contains(Duration.ofMillis(100));
  }

  @Test
  void zeroReplacesNothing() {
    assertThat(new Restarts(0).after(NOON)).isEmpty();
  }
}
