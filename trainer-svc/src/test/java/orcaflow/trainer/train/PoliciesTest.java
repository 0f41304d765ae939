package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import orcaflow.events.Policy;
import orcaflow.events.Promotion;
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

  @Test
  void theBestPolicyIsTheOneWithMostRightOnTheQuestionsOfTheGate() {
    Policies policies = new Policies();
    assertThat(policies.best(1, "q@1")).isEmpty();
    policies.add(policy(1));
    assertThat(policies.best(2, "q@1")).contains(policies.of(1).orElseThrow());
    policies.add(judged(2, true, 0.60, 0.58, "q@1"));
    assertThat(policies.best(3, "q@1")).as("M1 had 0.60").contains(policies.of(1).orElseThrow());
    policies.add(judged(3, true, 0.60, 0.70, "q@1"));
    policies.add(judged(4, true, 0.70, 0.68, "q@1"));
    policies.add(judged(5, false, 0.70, 0.90, "q@1"));
    policies.add(judged(6, true, 0.20, 0.95, "other@1"));

    assertThat(policies.best(7, "q@1")).contains(policies.of(3).orElseThrow());
    assertThat(policies.best(3, "q@1")).contains(policies.of(1).orElseThrow());
    assertThat(policies.best(7, "none@1"))
        .as("where none was measured the one before")
        .contains(policies.of(6).orElseThrow());
    policies.add(judged(7, true, 0.70, 0.70, "q@1"));
    assertThat(policies.best(8, "q@1")).as("of equals the newest").contains(policies.of(7).get());
  }

  @Test
  void whatCameBeforeAPolicyThatSomebodyAskedForIsNoMeasureForTheGate() {
    Policies policies = new Policies();
    policies.add(policy(1));
    policies.add(judged(2, true, 0.60, 0.90, "q@1"));
    Policy again = policy(3);
    again.put("request", "r");
    policies.add(again);
    assertThat(policies.best(4, "q@1")).contains(again);
    policies.add(judged(4, true, 0.60, 0.58, "q@1"));
    assertThat(policies.best(5, "q@1")).as("it had 0.60").contains(again);
    policies.add(judged(5, true, 0.60, 0.65, "q@1"));
    assertThat(policies.best(6, "q@1")).contains(policies.of(5).orElseThrow());
  }

  private static Policy judged(
      int iteration, boolean promoted, double before, double after, String validation) {
    Policy policy = policy(iteration);
    policy.put(
        "promotion",
        Promotion.newBuilder()
            .setPromoted(promoted)
            .setCandidate("candidate")
            .setValidation(validation)
            .setQuestions(10)
            .setBefore(before)
            .setAfter(after)
            .setLow(0)
            .setHigh(0)
            .setMargin(0.05)
            .build());
    return policy;
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
