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
    assertSame(Students.TINY, ways(12, 3));
  }

  @Test
  void aSlidingWindowReachesFromBranchesIntoPrompts() {
    assertSame(Students.windowed(3), ways(5, 2));
  }

  @Test
  void promptsOfOneTokenAreAllInTheirBranches() {
    Example example = new Example(new int[] {1}, new int[] {5, 6, 2});
    assertSame(Students.TINY, List.of(List.of(example)));
  }

  @Test
  void eachForkIsInOneCut() {
    List<List<Example>> ways = ways(40, 2);
    List<SharedPrefixBatch> cut = SharedPrefixBatch.cut(Students.TINY, ways, 64);
    assertThat(cut).hasSizeGreaterThan(4);
    assertThat(cut.stream().flatMapToInt(forks -> Arrays.stream(forks.branches())))
        .doesNotHaveDuplicates()
        .hasSize(79);
  }

  private static void assertSame(StudentConfig config, List<List<Example>> ways) {
    Weights weights = Students.lively(config, 3);
    try (Ops ops = new Ops();
        Network network = new Network(config, weights, DataType.FLOAT64, false)) {
      double[][] forks = LogProbs.forkLogProbs(ops, network, ways);
      for (int fork = 0; fork < forks.length; fork++) {
        double[] whole = LogProbs.sequenceLogProbs(ops, network, ways.get(fork));
        assertThat(forks[fork]).containsExactly(whole, within(1e-10));
      }
    }
  }

  /** Forks of up to so many ways, in all lengths. */
  private static List<List<Example>> ways(int count, int most) {
    Random random = new Random(count);
    List<List<Example>> ways = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int[] prompt = Students.ids(random, 1 + random.nextInt(9));
      List<Example> fork = new ArrayList<>();
      for (int way = 0; way < (n == 0 ? 1 : most); way++) {
        fork.add(new Example(prompt, Students.ids(random, 1 + random.nextInt(9))));
      }
      ways.add(fork);
    }
    return ways;
  }
}
