package orcaflow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import orcaflow.schemas.log.RecordPosition;
import orcaflow.trainer.Students;
import orcaflow.trainer.generate.CompletionOutput;
import orcaflow.trainer.generate.GenerationRequest;
import orcaflow.trainer.generate.RequestOutput;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.BatchPlan;
import orcaflow.trainer.objective.RowSource;
import orcaflow.trainer.objective.Sft;
import orcaflow.trainer.objective.TrainingData;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;

class MismatchTest {

  /** What is held to: sampler and trainer add their floats in other orders. */
  private static final double FLOOR = 2e-5;

  private static final Optional<String> SAMPLER = Optional.of("M1");

  private final Weights weights = Students.lively(Students.TINY, 1);

  @Test
  void samplerAndTrainerAgreeOnEveryToken() {
    List<Example> sampled = sampled(24);
    BatchPlan batches = BatchPlan.plain(24, 4, 1);
    try (Learner learner = new Learner(Students.TINY, weights, Students.QUICK)) {
      Mismatch mismatch = Mismatch.of(learner, data(sampled, "M1"), batches, 6, SAMPLER);
      for (int batch = 0; batch < 6; batch++) {
        assertThat(mismatch.of(batch).orElseThrow()).isLessThan(FLOOR);
      }
      assertThat(mismatch.of(6)).isEmpty();
    }
  }

  @Test
  void isTheLargestDifferenceOfATokenInOneRolloutOfTheBatch() {
    List<Example> sampled = new ArrayList<>();
    for (Example example : sampled(4)) {
      float[] other = example.sampledLogProbs().clone();
      other[other.length / 2] -= 0.25f;
      sampled.add(new Example(example.prompt(), example.completion(), other));
    }
    try (Learner learner = new Learner(Students.TINY, weights, Students.QUICK)) {
      BatchPlan one = BatchPlan.plain(4, 4, 1);
      assertThat(Mismatch.of(learner, data(sampled, "M1"), one, 1, SAMPLER).of(0).getAsDouble())
          .isCloseTo(0.25, within(FLOOR));
      assertThat(Mismatch.of(learner, data(sampled, "M0"), one, 1, SAMPLER).of(0))
          .as("another policy sampled them")
          .isEmpty();
      assertThat(Mismatch.of(learner, data(sampled, "M1"), one, 1, Optional.empty()).of(0))
          .isEmpty();
      List<Example> encoded =
          sampled.stream().map(e -> new Example(e.prompt(), e.completion())).toList();
      assertThat(Mismatch.of(learner, data(encoded, "M1"), one, 1, SAMPLER).of(0))
          .as("of texts nothing is known")
          .isEmpty();
    }
  }

  /** Answers of the sampler, the end-of-text among them, and how likely each token was to it. */
  private List<Example> sampled(int count) {
    Random random = new Random(3);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(
          new GenerationRequest(
              Students.ids(random, 5 + i % 7), 1, 0.7, 0.95, i, 20, OptionalInt.of(0)));
    }
    List<Example> sampled = new ArrayList<>();
    try (Sampler sampler = new Sampler(Students.TINY, weights)) {
      for (RequestOutput output : sampler.generate(requests)) {
        List<CompletionOutput.Token> tokens = output.samples().get(0).tokens();
        float[] logProbs = new float[tokens.size()];
        for (int t = 0; t < logProbs.length; t++) {
          logProbs[t] = (float) tokens.get(t).logProb();
        }
        sampled.add(
            new Example(
                requests.get(sampled.size()).prompt(),
                tokens.stream().mapToInt(CompletionOutput.Token::id).toArray(),
                logProbs));
      }
    }
    return sampled;
  }

  private static TrainingData.Examples<Example> data(List<Example> examples, String policy) {
    List<RowSource> sources = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      sources.add(
          new RowSource(
              "row" + i, "problem" + i, new RecordPosition("rows", 0, i), Optional.of(policy)));
    }
    return new TrainingData.Examples<>(Sft.onDemonstrations(), examples, sources, "");
  }
}
