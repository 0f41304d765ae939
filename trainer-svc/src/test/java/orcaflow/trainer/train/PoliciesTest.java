package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import orcaflow.events.Policy;
import org.junit.jupiter.api.Test;

class PoliciesTest {

  @Test
  void thePolicyAnIterationStartsFromHasNoAgeAndEachBeforeItOneMore() {
    Policies policies = new Policies();
    for (int iteration : new int[] {1, 2, 4}) {
      policies.add(policy(iteration));
    }

    assertThat(policies.lag("v4", 5)).hasValue(0);
    assertThat(policies.lag("v2", 5)).hasValue(1);
    assertThat(policies.lag("v1", 5)).hasValue(2);
    assertThat(policies.lag("v1", 2)).hasValue(0);
  }

  @Test
  void versionsOfOtherRunsAndOfLaterIterationsHaveNoAge() {
    Policies policies = new Policies();
    policies.add(policy(1));

    assertThat(policies.lag("another", 2)).isEmpty();
    assertThat(policies.lag("v1", 1)).isEmpty();
  }

  @Test
  void theBaseIsWhatCameBeforeTheFirstIterationOnRollouts() {
    Policies policies = new Policies();
    assertThat(policies.isEmpty()).isTrue();
    policies.add(policy(1));
    assertThat(policies.base(true)).contains(policies.of(1).orElseThrow());
    policies.add(policy(0));

    assertThat(policies.base(true)).contains(policies.of(0).orElseThrow());
    assertThat(policies.base(false)).contains(policies.of(1).orElseThrow());
    assertThat(policies.before(1)).isEqualTo(policies.of(0));
    assertThat(policies.isEmpty()).isFalse();
  }

  private static Policy policy(int iteration) {
    return Policy.newBuilder()
        .setVersion("v" + iteration)
        .setIteration(iteration)
        .setName("M" + iteration)
        .setAlgorithm("kto")
        .setStep(1)
        .setExamples(1)
        .setSeconds(1)
        .setWeightsHash("hash")
        .setLocation("nowhere")
        .setTime(Instant.EPOCH)
        .build();
  }
}
