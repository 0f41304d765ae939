package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SeedFeedTest {

  @Test
  void findsTheFirstNewRowBehindAnyNumberOfKnownOnes() {
    for (long known = 0; known < 200; known++) {
      long last = known;
      assertThat(SeedFeed.firstNew(number -> number <= last)).isEqualTo(known + 1);
    }
  }

  @Test
  void looksAtFewOfAMillion() {
    AtomicInteger looks = new AtomicInteger();
    SeedFeed.firstNew(
        number -> {
          looks.incrementAndGet();
          return number <= 1_000_000;
        });
    assertThat(looks.get()).isLessThan(45);
  }
}
