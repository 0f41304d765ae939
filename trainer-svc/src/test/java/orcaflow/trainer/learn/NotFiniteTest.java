package orcaflow.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import orcaflow.schemas.recipe.Schedule;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.MicroBatch;
import orcaflow.trainer.model.PassSize;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.PreferenceExample;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps whose numbers are not finite are as if they had not been taken. */
class NotFiniteTest {

  /** Input and output words apart, so that a bad input word spoils only the rows it is in. */
  private static final StudentConfig UNTIED =
      new StudentConfig(
          40, 16, 2, 4, 2, 4, 24, 64, 10_000, 1e-5, OptionalInt.empty(), false, 1, 2, 0);

  private static final int BAD_WORD = 39;

  enum Loss {
    SFT,
    KTO,
    DPO
  }

  @ParameterizedTest
  @EnumSource
  void aRowThatGivesNoNumberIsNotLearnt(Loss loss) {
    Weights start = with("model.embed_tokens.weight", BAD_WORD * 16, Float.NaN);
    try (Trainee disturbed = learner(start, Students.QUICK);
        Trainee undisturbed = learner(start, Students.QUICK)) {
      for (int round = 0; round < 3; round++) {
        List<Example> good = good(round);
        step(disturbed, loss, good);
        step(undisturbed, loss, good);
        List<Example> bad = new ArrayList<>(good(round + 10));
        bad.set(3, new Example(new int[] {1, BAD_WORD}, new int[] {5, 2}));

        StepResult undone = step(disturbed, loss, bad);
        assertThat(undone.undone()).contains("the loss is NaN");
        assertThat(undone.step()).isEqualTo(round + 1);
        assertSame(disturbed.state(), undisturbed.state());
      }
    }
  }

  @Test
  void aGradientThatOverflowsIsNotLearnt() {
    Weights start = Students.lively(UNTIED, 3);
    float[] head = start.get("lm_head.weight").values().clone();
    IntStream.range(0, head.length).forEach(i -> head[i] *= 1e21f);
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    start.names().forEach(name -> tensors.put(name, start.get(name)));
    tensors.put("lm_head.weight", new Weights.Tensor(start.get("lm_head.weight").shape(), head));
    Weights steep = new Weights(tensors);

    try (Trainee learner = learner(steep, Students.QUICK)) {
      StepResult result = learner.sft(good(1));
      assertThat(result.loss()).isFinite();
      assertThat(result.undone()).contains("the gradient norm is Infinity");
      assertSame(learner.state(), LearnerState.fresh(steep));
    }
  }

  @Test
  void weightsThatOverflowAreTakenBackWithTheirMoments() {
    Weights start = Students.lively(UNTIED, 4);
    AdamWSettings quick = Students.QUICK;
    LearnerState before;
    try (Trainee learner = learner(start, quick)) {
      learner.sft(good(1));
      before = learner.state();
    }
    AdamWSettings absurd =
        new AdamWSettings(1e39, 0, Schedule.CONSTANT, 1, 100, 0.01, 0.9, 0.95, 1e-8, 1);
    try (Trainee learner =
        Trainee.of(UNTIED, start, java.util.Optional.empty(), before, start, absurd)) {
      StepResult result = learner.sft(good(2));
      assertThat(result.undone())
          .contains("the weights are not finite after it, at a learning rate of 1.0E39");
      assertSame(learner.state(), before);
    }
  }

  @Test
  void anAdapterThatOverflowsIsTakenBackToo() {
    Weights start = Students.lively(UNTIED, 4);
    Lora lora = new Lora(2, 4, java.util.Set.of("q_proj"));
    LearnerState before = LearnerState.fresh(lora.fresh(UNTIED, 5).weights());
    AdamWSettings absurd =
        new AdamWSettings(1e39, 0, Schedule.CONSTANT, 1, 100, 0.01, 0.9, 0.95, 1e-8, 1);
    try (Trainee learner =
        Trainee.of(UNTIED, start, java.util.Optional.of(lora), before, start, absurd)) {
      assertThat(learner.sft(good(2)).undone()).isPresent();
      assertSame(learner.state(), before);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-5, 1e-3, 1, 100})
  void ordinaryRatesNeedNoLookAtTheWeights(double rate) {
    assertThat(Students.QUICK.mayOverflow(rate)).isFalse();
    assertThat(
            new AdamWSettings(rate, 0, Schedule.LINEAR, 0, 9, 0, 0.9, 0.999, 1e-8, 0)
                .mayOverflow(rate))
        .isFalse();
  }

  @Test
  void ratesThatMayOverflowAreKnown() {
    assertThat(Students.QUICK.mayOverflow(1e20)).isTrue();
    assertThat(Students.QUICK.mayOverflow(201)).as("decay alone grows").isTrue();
    assertThat(
            new AdamWSettings(1, 0, Schedule.LINEAR, 0, 9, 0, 0.9, 0.5, 1e-8, 0).mayOverflow(1e-3))
        .as("without a bound on the gradient and beta1^2 > beta2")
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aBatchInManyPassesIsTheStepOfTheWholeBatch(Loss loss) {
    Weights start = Students.lively(UNTIED, 6);
    try (Trainee whole = learner(start, Students.QUICK);
        Trainee parts = learner(start, Students.QUICK).inPassesOf(2)) {
      for (int step = 0; step < 4; step++) {
        StepResult one = step(whole, loss, good(step));
        StepResult many = step(parts, loss, good(step));
        // AdamW's first steps follow the sign of a gradient, which magnifies its rounding.
        assertThat(many.loss()).isCloseTo(one.loss(), within(5e-5));
        assertThat(many.gradNorm()).isCloseTo(one.gradNorm(), within(1e-4 * one.gradNorm()));
        one.kl().ifPresent(kl -> assertThat(many.kl().orElseThrow()).isCloseTo(kl, within(5e-5)));
      }
      for (String name : start.names()) {
        assertThat(parts.trainable().get(name).values())
            .as(name)
            .containsExactly(whole.trainable().get(name).values(), within(1e-3f));
      }
    }
  }

  @Test
  void noPassHoldsMoreRowsThanAllowed() {
    List<Example> examples = Students.examples(23, 2);
    for (int most = 1; most < 9; most++) {
      int limit = most;
      List<MicroBatch> passes = MicroBatch.cut(UNTIED, examples, PassSize.CPU, most);
      assertThat(passes).allMatch(pass -> pass.rows().length <= limit);
      assertThat(passes.stream().flatMapToInt(pass -> IntStream.of(pass.rows())).sorted())
          .containsExactly(IntStream.range(0, 23).boxed().toArray(Integer[]::new));
    }
  }

  private static void assertSame(LearnerState one, LearnerState other) {
    assertThat(one.step()).isEqualTo(other.step());
    assertThat(one.weights().same(other.weights())).as("weights").isTrue();
    assertThat(one.m().same(other.m())).as("first moments").isTrue();
    assertThat(one.v().same(other.v())).as("second moments").isTrue();
  }

  private static Trainee learner(Weights start, AdamWSettings optimiser) {
    return Trainee.of(UNTIED, start, start, optimiser);
  }

  private static StepResult step(Trainee learner, Loss loss, List<Example> examples) {
    int half = examples.size() / 2;
    return switch (loss) {
      case SFT -> learner.sft(examples);
      case KTO ->
          learner.kto(
              IntStream.range(0, examples.size())
                  .mapToObj(i -> new UnpairedExample(examples.get(i), i % 2 == 0))
                  .toList(),
              Students.kto(0.1, 1, 1));
      case DPO ->
          learner.dpo(
              IntStream.range(0, half)
                  .mapToObj(i -> new PreferenceExample(examples.get(i), examples.get(half + i)))
                  .toList(),
              Students.dpo(0.1));
    };
  }

  private static List<Example> good(long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, 8)
        .mapToObj(
            i ->
                new Example(
                    random.ints(1 + random.nextInt(8), 3, BAD_WORD).toArray(),
                    random.ints(2 + random.nextInt(9), 3, BAD_WORD).toArray()))
        .toList();
  }

  private static Weights with(String name, int index, float value) {
    Weights start = Students.lively(UNTIED, 2);
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    start.names().forEach(n -> tensors.put(n, start.get(n)));
    float[] values = start.get(name).values().clone();
    values[index] = value;
    tensors.put(name, new Weights.Tensor(start.get(name).shape(), values));
    return new Weights(tensors);
  }
}
