package orcaflow.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import orcaflow.trainer.Students;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;

class SharedPrefixBatchTest {

  @Test
  void branchesHaveTheLogProbabilitiesOfWholeSequences() {
    assertSame(Students.TINY, groups(12, 3));
  }

  @Test
  void aSlidingWindowReachesFromCompletionsIntoPrompts() {
    assertSame(Students.windowed(3), groups(5, 2));
  }

  @Test
  void promptsOfOneTokenAreAllInTheirCompletions() {
    Example example = new Example(new int[] {1}, new int[] {5, 6, 2});
    assertSame(Students.TINY, List.of(List.of(example)));
  }

  @Test
  void eachGroupIsInOneCut() {
    List<List<Example>> groups = groups(40, 2);
    List<SharedPrefixBatch> cut = SharedPrefixBatch.cut(Students.TINY, groups, 64, 4);
    assertThat(cut).hasSizeGreaterThan(4);
    assertThat(cut.stream().flatMapToInt(batch -> Arrays.stream(batch.completions())))
        .doesNotHaveDuplicates()
        .hasSize(79);
  }

  private static void assertSame(StudentConfig config, List<List<Example>> groups) {
    Weights weights = Students.lively(config, 3);
    try (Ops ops = new Ops();
        Network network = new Network(config, weights, DataType.FLOAT64, false)) {
      double[][] logProbs = LogProbs.sharedPrefixLogProbs(ops, network, groups);
      for (int group = 0; group < logProbs.length; group++) {
        double[] whole = LogProbs.sequenceLogProbs(ops, network, groups.get(group));
        assertThat(logProbs[group]).containsExactly(whole, within(1e-10));
      }
    }
  }

  /** Groups of up to N completions, in all lengths. */
  private static List<List<Example>> groups(int count, int most) {
    Random random = new Random(count);
    List<List<Example>> groups = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int[] prompt = Students.ids(random, 1 + random.nextInt(9));
      List<Example> group = new ArrayList<>();
      for (int i = 0; i < (n == 0 ? 1 : most); i++) {
        group.add(new Example(prompt, Students.ids(random, 1 + random.nextInt(9))));
      }
      groups.add(group);
    }
    return groups;
  }
}
