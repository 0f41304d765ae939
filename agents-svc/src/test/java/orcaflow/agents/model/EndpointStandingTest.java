package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import orcaflow.agents.model.EndpointStanding.Admission;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import org.junit.jupiter.api.Test;

class EndpointStandingTest {

  private Instant now = Instant.EPOCH;
  private final EndpointStanding standing = new EndpointStanding(Duration.ofSeconds(15), () -> now);

  @Test
  void oneRequestTriesAnEndpointThatIsOutAndTheOthersFollow() {
    assertThat(standing.admit()).isEqualTo(Admission.ASK);
    standing.failed(Admission.ASK, waiting(0));
    assertThat(standing.out()).isPresent();
    after(14);
    assertThat(standing.admit()).isEqualTo(Admission.PASS_BY);
    after(1);
    assertThat(standing.admit()).isEqualTo(Admission.TRY);
    assertThat(standing.admit()).isEqualTo(Admission.PASS_BY);
    standing.failed(Admission.TRY, waiting(0));
    assertThat(standing.admit()).isEqualTo(Admission.PASS_BY);
    after(15);
    assertThat(standing.admit()).isEqualTo(Admission.TRY);
    standing.answered();
    assertThat(standing.admit()).isEqualTo(Admission.ASK);
    assertThat(standing.out()).isEmpty();
  }

  @Test
  void itIsNotTriedBeforeTheTimeThatItNames() {
    standing.failed(Admission.ASK, waiting(600));
    after(599);
    assertThat(standing.admit()).isEqualTo(Admission.PASS_BY);
    after(1);
    assertThat(standing.admit()).isEqualTo(Admission.TRY);
  }

  @Test
  void failuresOfRequestsThatBeganBeforeDoNotProlongIt() {
    standing.failed(Admission.ASK, waiting(0));
    after(14);
    standing.failed(Admission.ASK, waiting(600));
    after(1);
    assertThat(standing.admit()).isEqualTo(Admission.TRY);
  }

  @Test
  void aTryThatSaysNothingIsFollowedByAnother() {
    standing.failed(Admission.ASK, waiting(0));
    after(15);
    assertThat(standing.admit()).isEqualTo(Admission.TRY);
    standing.ended(Admission.TRY);
    assertThat(standing.admit()).isEqualTo(Admission.TRY);
  }

  private void after(int seconds) {
    now = now.plusSeconds(seconds);
  }

  private Waiting waiting(int seconds) {
    return new Waiting("http://a", "down", Remedy.WAIT, now, 1, now.plusSeconds(seconds));
  }
}
