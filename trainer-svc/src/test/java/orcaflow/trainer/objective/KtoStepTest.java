package orcaflow.trainer.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import orcaflow.schemas.recipe.ObjectiveSpec.KtoLoss;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * KTO's step on batches of awkward sizes and labels, against log-probabilities asked one by one.
 */
class KtoStepTest {

  private static final Weights REFERENCE = Students.lively(Students.TINY, 1);
  private static final Weights POLICY = Students.lively(Students.TINY, 2);

  @ParameterizedTest
  @CsvSource({
    "KTO, 2, 1",
    "KTO, 3, 1",
    "KTO, 3, 0",
    "KTO, 5, -1",
    "KTO, 7, 1",
    "KTO, 8, 3",
    "APO_ZERO_UNPAIRED, 2, -1",
    "APO_ZERO_UNPAIRED, 3, 1",
    "APO_ZERO_UNPAIRED, 7, 0",
  })
  void theLossIsThatOfItsFormula(KtoLoss variant, int size, int desirable) {
    List<UnpairedExample> batch = batch(size, desirable);
    Kto.Settings settings = Students.kto(0.1, 1.3, 0.8, variant);
    try (Trainee learner = learner();
        LogProbs policy = new LogProbs(Students.TINY, POLICY);
        LogProbs reference = new LogProbs(Students.TINY, REFERENCE)) {
      double[] ratios = ratios(policy, reference, batch, 0);
      double z = 0;
      if (variant == KtoLoss.KTO) {
        z = Math.max(0, mean(ratios(policy, reference, batch, size - 1)));
      }
      double sum = 0;
      for (int i = 0; i < size; i++) {
        boolean wanted = batch.get(i).desirable();
        double gap = (wanted ? 1 : -1) * 0.1 * (ratios[i] - z);
        sum += (wanted ? 1.3 : 0.8) * (1 - 1 / (1 + Math.exp(-gap)));
      }
      StepResult result = learner.kto(batch, settings);
      assertThat(result.loss()).isCloseTo(sum / size, within(1e-5));
      assertThat(result.kl().isPresent()).isEqualTo(variant == KtoLoss.KTO);
      assertThat(result.kl().orElse(z)).isCloseTo(z, within(1e-4));
      assertThat(result.gradNorm()).isPositive().isFinite();
      boolean anyWanted = batch.stream().anyMatch(UnpairedExample::desirable);
      boolean anyUnwanted = !batch.stream().allMatch(UnpairedExample::desirable);
      assertThat(result.rewardChosen().isPresent()).isEqualTo(anyWanted);
      assertThat(result.rewardRejected().isPresent()).isEqualTo(anyUnwanted);
    }
  }

  @Test
  void aClassOfWeightNothingTeachesNothing() {
    List<UnpairedExample> unwanted = batch(4, -1);
    try (Trainee learner = learner()) {
      StepResult result = learner.kto(unwanted, Students.kto(0.1, 1, 0));
      assertThat(result.loss()).isZero();
      assertThat(result.gradNorm()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"KTO", "APO_ZERO_UNPAIRED"})
  void refusesABatchOfOne(KtoLoss variant) {
    try (Trainee learner = learner()) {
      assertThatThrownBy(() -> learner.kto(batch(1, 1), Students.kto(0.1, 1, 1, variant)))
          .hasMessage("KTO needs a batch of two or more; it has 1");
    }
  }

  /** Each row fits; the longest prompt before the longest completion does not. */
  @Test
  void aMismatchedCompletionEndsWhereTheContextDoes() {
    int most = Students.TINY.contextLength() + 1;
    Random random = new Random(7);
    List<UnpairedExample> batch =
        List.of(
            new UnpairedExample(
                new Example(Students.ids(random, most - 2), Students.ids(random, 2)), true),
            new UnpairedExample(
                new Example(Students.ids(random, 2), Students.ids(random, most - 2)), false),
            new UnpairedExample(
                new Example(Students.ids(random, 3), Students.ids(random, 5)), true));
    double[] ratios = new double[3];
    try (Trainee learner = learner();
        LogProbs policy = new LogProbs(Students.TINY, POLICY);
        LogProbs reference = new LogProbs(Students.TINY, REFERENCE)) {
      for (int i = 0; i < 3; i++) {
        int[] prompt = batch.get(i).example().prompt();
        int[] other = batch.get((i + 2) % 3).example().completion();
        int[] fitting = Arrays.copyOf(other, Math.min(other.length, most - prompt.length));
        List<Example> pair = List.of(new Example(prompt, fitting));
        ratios[i] = policy.sequenceLogProbs(pair)[0] - reference.sequenceLogProbs(pair)[0];
      }
      StepResult result = learner.kto(batch, Students.kto(0.1, 1, 1));
      assertThat(result.kl().orElseThrow()).isCloseTo(Math.max(0, mean(ratios)), within(1e-4));
    }
  }

  private static Trainee learner() {
    return Trainee.of(Students.TINY, POLICY, REFERENCE, Students.QUICK);
  }

  /** Labels: all desirable for 1, none for -1, all but every so-manieth else. */
  private static List<UnpairedExample> batch(int size, int desirable) {
    List<Example> examples = Students.examples(size, 10 + size);
    List<UnpairedExample> batch = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      boolean wanted =
          switch (desirable) {
            case 1 -> true;
            case -1 -> false;
            default -> i % 3 != desirable % 3;
          };
      batch.add(new UnpairedExample(examples.get(i), wanted));
    }
    return batch;
  }

  /** Log-ratios of each prompt with the completion that number of places further on in the ring. */
  private static double[] ratios(
      LogProbs policy, LogProbs reference, List<UnpairedExample> batch, int further) {
    int n = batch.size();
    return IntStream.range(0, n)
        .mapToDouble(
            i -> {
              int[] prompt = batch.get(i).example().prompt();
              int[] completion = batch.get((i + further) % n).example().completion();
              List<Example> one = List.of(new Example(prompt, completion));
              return policy.sequenceLogProbs(one)[0] - reference.sequenceLogProbs(one)[0];
            })
        .toArray();
  }

  private static double mean(double[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
  }
}
