package orcaflow.bench.kills;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.Iteration;
import orcaflow.events.OffsetRange;
import orcaflow.events.OffsetSpan;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;
import org.junit.jupiter.api.Test;

class TrainedRowsTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final List<Iteration> TWO =
      List.of(iteration("M1", 0, 10), iteration("M2", 10, 20));

  @Test
  void rowsOfOneStepEachAreInOrder() {
    TrainedRows rows =
        new TrainedRows(
            TWO, List.of(step("M1", 1, 0, 4), step("M1", 2, 4, 8), step("M2", 1, 10, 20)));
    assertThat(rows.trained()).isEqualTo(18);
    assertThat(rows.twice()).isZero();
    assertThat(rows.unlisted()).isZero();
    assertThat(rows.missingSteps(List.of(policy("M1", 2), policy("M2", 1)))).isZero();
    assertThat(rows.oldest()).isEqualTo(1);
  }

  @Test
  void aRowOfTwoStepsIsFoundWithinAnIterationAndBetweenTwo() {
    assertThat(new TrainedRows(TWO, List.of(step("M1", 1, 0, 4), step("M1", 2, 3, 8))).twice())
        .isEqualTo(1);
    TrainedRows between = new TrainedRows(TWO, List.of(step("M1", 1, 8, 10), step("M2", 1, 8, 12)));
    assertThat(between.twice()).isEqualTo(2);
    assertThat(between.unlisted()).isEqualTo(2);
  }

  @Test
  void aStepOfAPolicyWithoutARecordIsFound() {
    TrainedRows rows = new TrainedRows(TWO, List.of(step("M1", 1, 0, 4), step("M1", 3, 4, 8)));
    assertThat(rows.missingSteps(List.of(policy("M1", 4)))).isEqualTo(2);
  }

  @Test
  void rowsThatNoIterationListsArePassedOverUnlessOneMayStillComeForThem() {
    TrainedRows rows =
        new TrainedRows(List.of(iteration("M1", 0, 5), iteration("M2", 8, 12)), List.of());
    assertThat(rows.passedOver(List.of(place(4), place(5), place(7), place(8), place(12))))
        .isEqualTo(2);
    assertThat(rows.passedOver(List.of(new TrainedRows.Place("run.rows", 1, 5)))).isZero();
  }

  private static TrainedRows.Place place(long offset) {
    return new TrainedRows.Place("run.rows", 0, offset);
  }

  private static Iteration iteration(String name, long from, long to) {
    return Iteration.newBuilder()
        .setId("run/" + name)
        .setNumber(1)
        .setName(name)
        .setAlgorithm("kto")
        .setRecipe("small@test")
        .setRanges(
            List.of(
                OffsetRange.newBuilder()
                    .setTopic("run.rows")
                    .setPartition(0)
                    .setFrom(from)
                    .setTo(to)
                    .build()))
        .setTime(TIME)
        .build();
  }

  private static TrainingStep step(String iteration, int step, long from, long to) {
    OffsetSpan span = OffsetSpan.newBuilder().setFrom(from).setTo(to).build();
    return TrainingStep.newBuilder()
        .setId(iteration + "/" + step)
        .setIteration(iteration)
        .setAlgorithm("kto")
        .setStep(step)
        .setSteps(3)
        .setLoss(0.5)
        .setGradNorm(1)
        .setLearningRate(1e-3)
        .setExamples((int) (to - from))
        .setTokens(100)
        .setSeconds(1)
        .setTime(TIME)
        .setAgeMax(1)
        .setBatch(step)
        .setConsumed(
            List.of(
                ConsumedOffsets.newBuilder()
                    .setTopic("run.rows")
                    .setPartition(0)
                    .setSpans(List.of(span))
                    .build()))
        .build();
  }

  private static Policy policy(String name, int step) {
    return Policy.newBuilder()
        .setVersion("run-%s-%d-abcdef01".formatted(name, step))
        .setIteration(1)
        .setName(name)
        .setAlgorithm("kto")
        .setStep(step)
        .setExamples(2)
        .setSeconds(1)
        .setWeightsHash("abcdef01")
        .setLocation("/nowhere")
        .setTime(TIME)
        .build();
  }
}
