package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RewardGuardTest {

  @Test
  void oneBadBatchIsNoCollapse() {
    assertThat(after(-0.1, 0, 0.1, -0.3, 0.1, 0.1).collapsed()).isFalse();
  }

  @Test
  void aWholeWindowBelowTheFloorIs() {
    RewardGuard guard = after(-0.1, 0.0, 0.1, 0.1, 0.1, 0.0, -0.4, -0.4, -0.4, -0.4);

    assertThat(guard.mean()).isCloseTo(-0.32, within(1e-12));
    assertThat(guard.collapsed()).isTrue();
  }

  @Test
  void saysNothingBeforeTheWindowIsFull() {
    assertThat(after(-0.1, -1, -1, -1, -1).collapsed()).isFalse();
    assertThat(after(-0.1, -1, -1, -1, -1, -1).collapsed()).isTrue();
  }

  @Test
  void theBestIsTheEndOfTheWindowWithTheHighestMean() {
    RewardGuard guard = after(-0.1, 0, 0, 0, 0, 0, 0.5, 0.5, -0.2, -0.9, -0.9);

    assertThat(guard.bestStep()).isEqualTo(7);
    assertThat(guard.best()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void aBatchWithoutDesirableRowsChangesNothing() {
    RewardGuard guard = after(-0.1, 0, 0, 0, 0, 0);

    assertThat(guard.after(6, OptionalDouble.empty())).isEqualTo(guard);
  }

  private static RewardGuard after(double floor, double... rewards) {
    RewardGuard guard = RewardGuard.at(floor);
    for (int i = 0; i < rewards.length; i++) {
      guard = guard.after(i + 1, OptionalDouble.of(rewards[i]));
    }
    return guard;
  }
}
