package orcaflow.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import orcaflow.schemas.recipe.Schedule;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.generate.GenerationRequest;
import orcaflow.trainer.generate.RequestOutput;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.model.MicroBatch;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Kto;
import orcaflow.trainer.objective.PreferenceExample;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnerTest {

  private static final StudentConfig TINY = Students.TINY;
  private static final AdamWSettings QUICK = Students.QUICK;
  private static final Kto.Settings KTO = Students.kto(0.1, 1, 1);

  private static Trainee learner(long seed) {
    Weights weights = Students.lively(TINY, seed);
    return Trainee.of(TINY, weights, weights, QUICK);
  }

  @Test
  void learnsOneBatchByHeart() {
    List<Example> batch = Students.examples(4, 1);
    try (Trainee learner = learner(1)) {
      double first = learner.sft(batch).loss();
      double last = first;
      for (int step = 0; step < 150; step++) {
        last = learner.sft(batch).loss();
      }
      assertThat(first).isGreaterThan(2);
      assertThat(last).isLessThan(0.05);
      try (Sampler sampler = new Sampler(TINY, learner.weights())) {
        for (Example example : batch) {
          GenerationRequest question = new GenerationRequest(example.prompt(), 1, 0, 1, 0, 20);
          RequestOutput answer = sampler.generate(List.of(question)).get(0);
          int[] said = answer.completions().get(0);
          assertThat(said).isEqualTo(java.util.Arrays.copyOf(example.completion(), said.length));
          assertThat(said).hasSize(example.completion().length - 1);
          assertThat(answer.finishReasons()).containsExactly("stop");
        }
      }
    }
  }

  @Test
  void ktoBeginsAtHalfAndPullsTheLabelsApart() {
    List<UnpairedExample> batch = Students.labelled(6, 2);
    try (Trainee learner = learner(2)) {
      StepResult first = learner.kto(batch, Students.kto(0.1, 1, 1));
      assertThat(first.loss()).isCloseTo(0.5, within(1e-6));
      assertThat(first.kl().orElseThrow()).isCloseTo(0, within(1e-5));
      StepResult last = first;
      for (int step = 0; step < 30; step++) {
        last = learner.kto(batch, KTO);
      }
      assertThat(last.loss()).isLessThan(0.4);
      assertThat(last.rewardChosen().orElseThrow())
          .isGreaterThan(last.rewardRejected().orElseThrow() + 0.5);
    }
  }

  @Test
  void ktoWithoutOneOfTheLabelsHasNoSuchReward() {
    List<UnpairedExample> wanted =
        Students.examples(3, 3).stream()
            .map(example -> new UnpairedExample(example, true))
            .toList();
    try (Trainee learner = learner(3)) {
      StepResult result = learner.kto(wanted, KTO);
      assertThat(result.rewardChosen()).isPresent();
      assertThat(result.rewardRejected()).isEmpty();
    }
  }

  @Test
  void refusesABatchThatIsItsOwnMismatch() {
    try (Trainee learner = learner(4)) {
      assertThatThrownBy(() -> learner.kto(Students.labelled(1, 4), KTO))
          .hasMessage("KTO needs a batch of two or more; it has 1");
      assertThatThrownBy(() -> learner.sft(List.of()))
          .hasMessage("a batch needs at least one example");
    }
  }

  @Test
  void refusesWhatDoesNotFitWithASentence() {
    try (Trainee learner = learner(4)) {
      Example strange = new Example(new int[] {1}, new int[] {40});
      assertThatThrownBy(() -> learner.sft(List.of(strange)))
          .hasMessage("token id 40 is outside the vocabulary of 40");
      Example tooLong = new Example(new int[60], new int[6]);
      assertThatThrownBy(() -> learner.sft(List.of(tooLong)))
          .hasMessage("an example of 66 tokens does not fit the context of 64");
    }
  }

  @Test
  void dpoBeginsAtLogTwoAndPrefersTheChosen() {
    List<PreferenceExample> batch = Students.pairs(4, 5);
    try (Trainee learner = learner(5)) {
      StepResult first = learner.dpo(batch, Students.dpo(0.1));
      assertThat(first.loss()).isCloseTo(Math.log(2), within(1e-6));
      StepResult last = first;
      for (int step = 0; step < 30; step++) {
        last = learner.dpo(batch, Students.dpo(0.1));
      }
      assertThat(last.loss()).isLessThan(0.4);
      assertThat(last.rewardChosen().orElseThrow())
          .isGreaterThan(last.rewardRejected().orElseThrow() + 1);
    }
  }

  @Test
  void theChosenSideMayBeLearntBesides() {
    List<PreferenceExample> batch = Students.pairs(4, 6);
    try (Trainee plain = learner(6);
        Trainee both = learner(6);
        Trainee sft = learner(6)) {
      double nll = sft.sft(batch.stream().map(PreferenceExample::chosen).toList()).loss();
      double loss = plain.dpo(batch, Students.dpo(0.1)).loss();
      assertThat(both.dpo(batch, Students.dpo(0.1, 0.5)).loss())
          .isCloseTo(loss + 0.5 * nll, within(1e-5));
    }
  }

  @Test
  void oneStepIsAdamWOnTheClippedGradient() {
    List<Example> batch = Students.examples(5, 7);
    Weights before = Students.lively(TINY, 7);
    AdamWSettings optimiser =
        new AdamWSettings(1e-2, 0, Schedule.CONSTANT, 1, 10, 0.1, 0.9, 0.95, 1e-8, 0.5);
    long targets = batch.stream().mapToLong(example -> example.completion().length).sum();
    Weights gradients;
    try (Trainee learner = Trainee.of(TINY, before, before, optimiser)) {
      learner.learner().backward(batch, (rows, logProbs) -> part(rows.length, -1.0 / targets));
      gradients = learner.learner().gradients();
    }
    try (Trainee learner = Trainee.of(TINY, before, before, optimiser)) {
      StepResult result = learner.sft(batch);
      assertThat(result.step()).isEqualTo(1);
      assertThat(result.tokens()).isEqualTo(batch.stream().mapToLong(Example::length).sum());
      assertThat(result.gradNorm()).isGreaterThan(0.5);
      Weights after = learner.weights();
      for (String name : before.names()) {
        double decay = before.get(name).shape().length > 1 ? 0.1 : 0;
        for (int i = 0; i < before.get(name).values().length; i++) {
          double w = before.get(name).values()[i];
          double g = gradients.get(name).values()[i] * 0.5 / result.gradNorm();
          double expected = w - 1e-2 * decay * w - 1e-2 * g / (Math.abs(g) + 1e-8);
          assertThat((double) after.get(name).values()[i]).isCloseTo(expected, within(2e-5));
        }
      }
    }
  }

  @Test
  void manyMicroBatchesMakeTheGradientOfOne() {
    List<Example> examples = Students.examples(9, 8);
    assertThat(MicroBatch.cut(TINY, examples, 40, 4, Integer.MAX_VALUE)).hasSizeGreaterThan(2);
    int seen =
        MicroBatch.cut(TINY, examples, 40, 4, Integer.MAX_VALUE).stream()
            .mapToInt(batch -> batch.rows().length)
            .sum();
    assertThat(seen).isEqualTo(9);
    try (Trainee one = learner(8);
        Trainee many = learner(8)) {
      one.learner().backward(examples, (rows, logProbs) -> part(rows.length, 1));
      for (Example example : examples) {
        many.learner().backward(List.of(example), (rows, logProbs) -> part(rows.length, 1));
      }
      Weights expected = one.learner().gradients();
      Weights actual = many.learner().gradients();
      for (String name : expected.names()) {
        assertThat(actual.get(name).values())
            .as(name)
            .containsExactly(expected.get(name).values(), within(1e-3f));
      }
    }
  }

  @Test
  void aResumedLearnerEndsWithTheSameBits(@TempDir Path folder) {
    Weights start = Students.lively(TINY, 9);
    Weights uninterrupted;
    try (Trainee learner = Trainee.of(TINY, start, start, QUICK)) {
      for (int step = 0; step < 12; step++) {
        mixedStep(learner, step);
      }
      uninterrupted = learner.weights();
    }
    Path file = folder.resolve("state.safetensors");
    try (Trainee learner = Trainee.of(TINY, start, start, QUICK)) {
      for (int step = 0; step < 5; step++) {
        mixedStep(learner, step);
      }
      learner.state().write(file);
    }
    LearnerState state = LearnerState.read(file);
    assertThat(state.step()).isEqualTo(5);
    try (Trainee learner = Trainee.of(TINY, start, Optional.empty(), state, start, QUICK)) {
      for (int step = 5; step < 12; step++) {
        mixedStep(learner, step);
      }
      assertThat(learner.weights().hash()).isEqualTo(uninterrupted.hash());
    }
  }

  @Test
  void learnersAndSamplersBesideEachOtherDoNotMeet() throws Exception {
    String alone = trained(10);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Callable<String>> work = new ArrayList<>();
      work.add(() -> trained(10));
      work.add(() -> trained(11));
      work.add(LearnerTest::sampled);
      List<Future<String>> results = threads.invokeAll(work);
      assertThat(results.get(0).get()).isEqualTo(alone);
      assertThat(results.get(1).get()).isEqualTo(trained(11));
      assertThat(results.get(2).get()).isEqualTo(sampled());
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      threads.shutdown();
    }
  }

  private static String trained(long seed) {
    try (Trainee learner = learner(seed)) {
      for (int step = 0; step < 10; step++) {
        mixedStep(learner, step);
      }
      return learner.weights().hash();
    }
  }

  private static String sampled() {
    StringBuilder all = new StringBuilder();
    try (Sampler sampler = new Sampler(TINY, Students.lively(TINY, 3))) {
      for (int seed = 0; seed < 20; seed++) {
        GenerationRequest question =
            new GenerationRequest(new int[] {1, 5, 9}, 3, 1, 0.9, seed, 12);
        sampler
            .generate(List.of(question))
            .get(0)
            .completions()
            .forEach(ids -> all.append(java.util.Arrays.toString(ids)));
      }
    }
    return all.toString();
  }

  private static void mixedStep(Trainee learner, int step) {
    switch (step % 3) {
      case 0 -> learner.sft(Students.examples(6, step));
      case 1 -> learner.kto(Students.labelled(6, step), KTO);
      default -> learner.dpo(Students.pairs(3, step), Students.dpo(0.1));
    }
  }

  private static SequenceLoss.Part part(int count, double gradient) {
    return new SequenceLoss.Part(0, filled(count, gradient));
  }

  static double[] filled(int count, double value) {
    double[] values = new double[count];
    java.util.Arrays.fill(values, value);
    return values;
  }
}
