package orcaflow.agents.stage.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainDeadlineTest {

  /** The second clock passes from the largest number to the smallest before the deadline. */
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 5})
  void passesOnceTheDrainTimeIsOver(long now) {
    DrainDeadline deadline = new DrainDeadline();
    deadline.set(now, Duration.ofNanos(10));
    assertThat(deadline.isSet()).isTrue();
    assertThat(deadline.passed(now)).isFalse();
    assertThat(deadline.passed(now + 9)).isFalse();
    assertThat(deadline.passed(now + 10)).isTrue();
    assertThat(deadline.orEarlier(now + 9)).isEqualTo(now + 9);
    assertThat(deadline.orEarlier(now + 11)).isEqualTo(now + 10);
  }

  @Test
  void neverPassesUnlessSet() {
    DrainDeadline deadline = new DrainDeadline();
    assertThat(deadline.isSet()).isFalse();
    assertThat(deadline.passed(Long.MAX_VALUE)).isFalse();
    assertThat(deadline.orEarlier(-1)).isEqualTo(-1);
  }
}
