package orcaflow.trainer.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BatchPlanTest {

  private static final int STEPS = 25;

  @Property(tries = 300)
  void rotatingABatchByOneNeverPairsAProblemWithItself(
      @ForAll @Size(min = 2, max = 12) List<@IntRange(min = 1, max = 30) Integer> rowsOfProblem,
      @ForAll @IntRange(min = 2, max = 40) int batch,
      @ForAll long seed) {
    List<String> problems = problems(rowsOfProblem);
    BatchPlan plan = BatchPlan.spread(problems, batch, seed);

    for (int step = 0; step < STEPS; step++) {
      int[] rows = plan.batch(step);
      assertThat(rows.length).isBetween(2, batch);
      assertThat(new HashSet<>(boxed(rows))).hasSize(rows.length);
      for (int i = 0; i < rows.length; i++) {
        String own = problems.get(rows[i]);
        assertThat(problems.get(rows[(i + 1) % rows.length])).isNotEqualTo(own);
      }
    }
  }

  @Property(tries = 100)
  void theSameSeedMakesTheSameBatchesFromAnyStepOn(
      @ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 9) Integer> rowsOfProblem,
      @ForAll @IntRange(min = 2, max = 20) int batch,
      @ForAll long seed) {
    List<String> problems = problems(rowsOfProblem);
    BatchPlan through = BatchPlan.spread(problems, batch, seed);
    List<List<Integer>> all =
        IntStream.range(0, STEPS).mapToObj(s -> boxed(through.batch(s))).toList();

    BatchPlan resumed = BatchPlan.spread(problems, batch, seed);
    for (int step = STEPS - 1; step >= 0; step--) {
      assertThat(boxed(resumed.batch(step))).isEqualTo(all.get(step));
    }
  }

  @Property(tries = 100)
  void anEpochOfPlainBatchesHoldsNoRowTwice(
      @ForAll @IntRange(min = 1, max = 200) int rows,
      @ForAll @IntRange(min = 1, max = 50) int batch,
      @ForAll long seed) {
    BatchPlan plan = BatchPlan.plain(rows, batch, seed);
    int size = Math.min(rows, batch);
    int inEpoch = rows / size;
    Set<Integer> seen = new HashSet<>();
    for (int step = 0; step < inEpoch; step++) {
      int[] numbers = plan.batch(step);
      assertThat(numbers).hasSize(size);
      Arrays.stream(numbers).forEach(row -> assertThat(seen.add(row)).isTrue());
    }
    assertThat(seen).allMatch(row -> row >= 0 && row < rows);
  }

  @Test
  void fourRolloutsOfAProblemGoToFourBatches() {
    List<String> problems = problems(IntStream.range(0, 64).mapToObj(p -> 4).toList());
    BatchPlan plan = BatchPlan.spread(problems, 64, 7);

    for (int step = 0; step < 4; step++) {
      assertThat(boxed(plan.batch(step)).stream().map(problems::get)).doesNotHaveDuplicates();
    }
  }

  @Property(tries = 200)
  void byLengthTooNoProblemIsPairedWithItself(
      @ForAll @Size(min = 2, max = 12) List<@IntRange(min = 1, max = 30) Integer> rowsOfProblem,
      @ForAll @IntRange(min = 2, max = 40) int batch,
      @ForAll long seed) {
    List<String> problems = problems(rowsOfProblem);
    int[] lengths = lengths(problems.size());
    BatchPlan plan = BatchPlan.spreadByLength(problems, lengths, batch, seed);
    BatchPlan again = BatchPlan.spreadByLength(problems, lengths, batch, seed);

    for (int step = 0; step < STEPS; step++) {
      int[] rows = plan.batch(step);
      assertThat(rows.length).isBetween(2, batch);
      assertThat(new HashSet<>(boxed(rows))).hasSize(rows.length);
      for (int i = 0; i < rows.length; i++) {
        assertThat(problems.get(rows[(i + 1) % rows.length])).isNotEqualTo(problems.get(rows[i]));
      }
    }
    assertThat(again.batch(STEPS - 1)).isEqualTo(plan.batch(STEPS - 1));
  }

  @Test
  void byLengthLessIsPadding() {
    List<String> problems = problems(IntStream.range(0, 200).mapToObj(p -> 4).toList());
    int[] lengths = lengths(800);

    long alike = padded(BatchPlan.byLength(lengths, 16, 3), lengths);
    long apart = padded(BatchPlan.spreadByLength(problems, lengths, 16, 3), lengths);
    long mixed = padded(BatchPlan.plain(800, 16, 3), lengths);
    assertThat(List.of(alike, apart)).allMatch(tokens -> tokens < 0.72 * mixed);
  }

  @Test
  void anEpochByLengthHoldsEachRowOnceAndTheNextOtherBatches() {
    BatchPlan plan = BatchPlan.byLength(lengths(100), 10, 3);

    assertThat(IntStream.range(0, 10).boxed().flatMap(step -> boxed(plan.batch(step)).stream()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList());
    assertThat(IntStream.range(10, 20).mapToObj(step -> boxed(plan.batch(step))))
        .doesNotContainAnyElementsOf(
            IntStream.range(0, 10).mapToObj(step -> boxed(plan.batch(step))).toList());
  }

  @Test
  void fourRolloutsOfAProblemGoToFourBatchesByLengthToo() {
    List<String> problems = problems(IntStream.range(0, 64).mapToObj(p -> 4).toList());
    BatchPlan plan = BatchPlan.spreadByLength(problems, lengths(256), 32, 7);

    for (int step = 0; step < 6; step++) {
      assertThat(boxed(plan.batch(step)).stream().map(problems::get).distinct().count())
          .isGreaterThan(28);
    }
  }

  @Test
  void everyEpochHasItsOwnOrder() {
    BatchPlan plan = BatchPlan.plain(50, 50, 3);

    assertThat(plan.batch(0)).isNotEqualTo(plan.batch(1));
    assertThat(plan.batch(1)).containsExactlyInAnyOrder(plan.batch(0));
  }

  @Test
  void refusesOneProblemAloneAndNoRows() {
    assertThatThrownBy(() -> BatchPlan.spread(List.of("p", "p"), 4, 1))
        .hasMessage("KTO needs rows of at least two problems; there are 1");
    assertThatThrownBy(() -> BatchPlan.plain(0, 4, 1)).hasMessage("no rows, no batches");
  }

  @Test
  void theShuffleOfASeedIsFixedForAllTime() {
    assertThat(Shuffle.order(8, 42, 0)).isEqualTo(Shuffle.order(8, 42, 0));
    assertThat(Shuffle.order(8, 42, 0)).isNotEqualTo(Shuffle.order(8, 43, 0));
    assertThat(Shuffle.order(8, 42, 1)).isNotEqualTo(Shuffle.order(8, 43, 0));
    assertThat(Shuffle.order(8, 42, 0)).containsExactly(FIRST_ORDER);
  }

  private static final int[] FIRST_ORDER = {1, 7, 4, 0, 3, 5, 6, 2};

  private static List<String> problems(List<Integer> rowsOfProblem) {
    List<String> problems = new ArrayList<>();
    for (int p = 0; p < rowsOfProblem.size(); p++) {
      for (int row = 0; row < rowsOfProblem.get(p); row++) {
        problems.add("problem-" + p);
      }
    }
    return problems;
  }

  /** 20 to 119 tokens, in no order. */
  private static int[] lengths(int rows) {
    return IntStream.range(0, rows).map(row -> 20 + row * 37 % 100).toArray();
  }

  private static long padded(BatchPlan plan, int[] lengths) {
    return IntStream.range(0, 50)
        .mapToObj(plan::batch)
        .mapToLong(
            rows ->
                rows.length * Arrays.stream(rows).mapToLong(r -> lengths[r]).max().orElseThrow())
        .sum();
  }

  private static List<Integer> boxed(int[] rows) {
    return Arrays.stream(rows).boxed().toList();
  }
}
