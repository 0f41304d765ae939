package orcaflow.bench.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import orcaflow.events.CallOutcome;
import orcaflow.events.Iteration;
import orcaflow.events.ModelCall;
import orcaflow.events.Policy;
import orcaflow.schemas.Stages;
import org.junit.jupiter.api.Test;

class LoopEventsTest {

  private final LoopEvents events = new LoopEvents();

  @Test
  void aSwitchEndsWithTheFirstCallToTheNewPolicy() {
    published(1, 1_000);
    published(2, 5_000);
    published(3, 9_000);
    called("M2", 5_300, 5_900);
    called("M2", 5_120, 6_000);
    called("M1", 5_010, 5_100);
    called("M1", 2_000, 2_100);
    // Nothing was asked of M3, and nobody waited for M1.
    assertThat(events.firstCalls()).containsExactly(120.0);
  }

  @Test
  void whoWaitsHasNothingInFlight() {
    opened(2, 1_500);
    published(1, 1_000);
    published(2, 2_000);
    opened(3, 3_000);
    published(3, 4_000);
    opened(4, 4_500);
    published(4, 6_000);
    assertThat(events.window()).isEqualTo(new Busy.Span(2_000, 6_000));
    // Of 4,000 ms it trains 1,000 and 1,500.
    assertThat(events.trainerIdle()).isCloseTo(0.375, within(1e-9));

    called("M1", 1_900, 2_500);
    called("M2", 2_400, 3_000);
    called("M2", 3_100, 5_900);
    called("M2", 3_200, 3_300);
    // From 3,000 to 3,100 and from 5,900 to 6,000.
    assertThat(events.samplerIdle()).isCloseTo(0.05, within(1e-9));
  }

  @Test
  void callsOfOtherStagesAreNone() {
    published(1, 1_000);
    published(2, 2_000);
    published(3, 3_000);
    events.called(call(Stages.SOLVE, "M2", 2_000, 3_000));
    assertThat(events.samplerIdle()).isEqualTo(1.0);
    assertThat(events.firstCalls()).isEmpty();
  }

  @Test
  void twoPoliciesAreNoSteadyState() {
    published(1, 1_000);
    published(2, 2_000);
    assertThatThrownBy(events::window)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the run has 2 policies, not 3");
  }

  private void opened(int number, long time) {
    events.opened(
        Iteration.newBuilder()
            .setId("run/M" + number)
            .setNumber(number)
            .setName("M" + number)
            .setAlgorithm("kto")
            .setRecipe("loop")
            .setRanges(List.of())
            .setTime(Instant.EPOCH)
            .build(),
        time);
  }

  private void published(int number, long time) {
    events.published(
        Policy.newBuilder()
            .setVersion("M" + number)
            .setIteration(number)
            .setName("M" + number)
            .setAlgorithm("kto")
            .setStep(1)
            .setExamples(1)
            .setSeconds(1)
            .setWeightsHash("hash")
            .setLocation("here")
            .setTime(Instant.EPOCH)
            .build(),
        time);
  }

  private void called(String model, long from, long to) {
    events.called(call(Stages.SAMPLE, model, from, to));
  }

  private static ModelCall call(String stage, String model, long from, long to) {
    return ModelCall.newBuilder()
        .setId("call")
        .setStage(stage)
        .setEndpoint("policy")
        .setModel(model)
        .setServedBy(model)
        .setTexts(List.of())
        .setFinishReasons(List.of())
        .setPromptTokens(1)
        .setCompletionTokens(1)
        .setLatencyMillis(to - from)
        .setCost(0)
        .setAttempts(1)
        .setOutcome(CallOutcome.ANSWERED)
        .setTime(Instant.ofEpochMilli(to))
        .build();
  }
}
