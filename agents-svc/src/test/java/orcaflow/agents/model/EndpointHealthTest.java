package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import org.junit.jupiter.api.Test;

class EndpointHealthTest {

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final EndpointHealth health = new EndpointHealth("http://e", () -> now);

  @Test
  void aWaitSaysWhoWhySinceWhenAndUntilWhen() {
    health.failed(new Unavailable("http://e answered 503"));
    now = now.plusSeconds(12);
    health.failed(
        new Unavailable(
            "http://e answered 401", Remedy.SETTING, Optional.empty(), ModelResponse.Usage.NONE));
    Waiting waiting = health.waiting(Duration.ofSeconds(4), true).orElseThrow();
    assertThat(waiting.sentence(now))
        .isEqualTo(
            "waiting for http://e for 12 s, 2 calls failed, next in 4 s: http://e answered 401"
                + " (the key, the model's name, the url or the transport is wrong)");
    assertThat(waiting.remedy()).isEqualTo(Remedy.SETTING);
  }

  @Test
  void anAnswerEndsTheWait() {
    health.failed(new Unavailable("down"));
    health.answered();
    assertThat(health.waiting(Duration.ZERO, true)).isEmpty();
  }

  @Test
  void nobodyWaitsForWhatNobodyWants() {
    health.failed(new Unavailable("down"));
    now = now.plusSeconds(9);
    assertThat(health.waiting(Duration.ZERO, false)).isPresent();
    now = now.plusSeconds(2);
    assertThat(health.waiting(Duration.ZERO, false)).isEmpty();
    assertThat(health.waiting(Duration.ZERO, true)).isPresent();
  }
}
