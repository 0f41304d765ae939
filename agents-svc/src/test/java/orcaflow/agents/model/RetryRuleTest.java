package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import org.junit.jupiter.api.Test;

class RetryRuleTest {

  private static final EndpointLimits LIMITS =
      new EndpointLimits(
          8,
          4,
          Duration.ofMillis(400),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          OptionalLong.empty(),
          OptionalLong.empty(),
          PriceList.FREE);

  private final RetryRule rule = new RetryRule(LIMITS);

  @Test
  void noWaitIsShorterThanTheOneThatTheEndpointAsksFor() {
    assertThat(rule.wait(1, limited(3))).isEqualTo(Duration.ofSeconds(3));
    assertThat(rule.wait(3, limited(5))).isEqualTo(Duration.ofSeconds(5));
    assertThat(rule.wait(1, limited(3600))).as("the longest").isEqualTo(Duration.ofSeconds(60));
  }

  /** An endpoint may say "at once" again and again. */
  @Test
  void waitsGrowWhereTheEndpointAsksForNone() {
    for (int i = 0; i < 50; i++) {
      assertThat(rule.wait(1, limited(0)))
          .isBetween(Duration.ofMillis(200), Duration.ofMillis(600));
      assertThat(rule.wait(3, limited(0)))
          .isBetween(Duration.ofMillis(800), Duration.ofMillis(2400));
      assertThat(rule.wait(9, limited(0))).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
    }
  }

  @Test
  void withoutAWordOfTheEndpointTheFirstWaitIsTheBackOff() {
    for (int i = 0; i < 50; i++) {
      assertThat(rule.wait(1, new RateLimited("too many", Optional.empty())))
          .isBetween(Duration.ofMillis(200), Duration.ofMillis(600));
      assertThat(rule.wait(1, unusable()))
          .isBetween(Duration.ofMillis(800), Duration.ofMillis(2400));
    }
  }

  private static Unavailable unusable() {
    return new Unavailable("no JSON", Remedy.ASK_AGAIN, Optional.empty(), ModelResponse.Usage.NONE);
  }

  private static RateLimited limited(int seconds) {
    return new RateLimited("too many", Optional.of(Duration.ofSeconds(seconds)));
  }
}
