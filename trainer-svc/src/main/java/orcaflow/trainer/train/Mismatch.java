package orcaflow.trainer.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.objective.BatchPlan;
import orcaflow.trainer.objective.TrainingData;
import orcaflow.trainer.tokenizer.Example;

/**
 * How far the sampler and the trainer are apart. Both compute the log-probabilities of the same
 * tokens by the same weights, in other batches and other operations; objectives that compare the
 * two take the difference for a change of the policy.
 *
 * <p>It is measured before the first step, when the learner's policy is that which sampled: in one
 * rollout of each batch, which costs less than a row of its training.
 */
final class Mismatch {

  private final Map<Integer, Double> byBatch;

  private Mismatch(Map<Integer, Double> byBatch) {
    this.byBatch = byBatch;
  }

  /** Nothing is known, as behind an interruption. */
  static Mismatch unknown() {
    return new Mismatch(Map.of());
  }

  /**
   * Of the first batches of a plan.
   *
   * @param sampler version of the policy that the learner begins with; of none nothing is known
   */
  static Mismatch of(
      Learner learner,
      TrainingData.Examples<?> data,
      BatchPlan batches,
      int count,
      Optional<String> sampler) {
    Map<Integer, Double> byBatch = new HashMap<>();
    for (int batch = 0; batch < count && sampler.isPresent(); batch++) {
      int number = batch;
      sampled(data, batches.batch(batch), sampler)
          .ifPresent(example -> byBatch.put(number, largest(learner, example)));
    }
    return new Mismatch(byBatch);
  }

  /**
   * The largest difference of a token's log-probability, in nats.
   *
   * @param batch position of the batch, from 0
   */
  OptionalDouble of(int batch) {
    Double known = byBatch.get(batch);
    return known == null ? OptionalDouble.empty() : OptionalDouble.of(known);
  }

  private static Optional<Example> sampled(
      TrainingData.Examples<?> data, int[] rows, Optional<String> sampler) {
    return Arrays.stream(rows)
        .filter(row -> data.sources().get(row).policy().equals(sampler))
        .boxed()
        .flatMap(row -> data.completions(row).stream())
        .filter(Example::isSampled)
        .findFirst();
  }

  private static double largest(Learner learner, Example example) {
    double[] trained = learner.tokenLogProbs(example);
    float[] sampled = example.sampledLogProbs();
    return IntStream.range(0, sampled.length)
        .mapToDouble(i -> Math.abs(trained[i] - sampled[i]))
        .max()
        .orElseThrow();
  }
}
