package orcaflow.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.trainer.Students;
import orcaflow.trainer.Trainee;
import orcaflow.trainer.generate.GenerationRequest;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.Ops;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Kto;
import orcaflow.trainer.objective.PreferenceExample;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learning an adapter beside frozen weights. */
class LoraLearnerTest {

  private static final StudentConfig TINY = Students.TINY;
  private static final Lora ALL = new Lora(3, 6, Set.copyOf(Lora.PROJECTIONS));
  private static final Lora QV = new Lora(4, 8, Set.of("q_proj", "v_proj"));
  private static final Kto.Settings KTO = Students.kto(0.1, 1, 1);
  private static final int[] IDS = {1, 5, 9, 12, 33, 7, 7, 20};

  private static Trainee learner(Lora lora, Weights start, LearnerState state) {
    return Trainee.of(TINY, start, Optional.of(lora), state, start, Students.QUICK);
  }

  private static Trainee learner(Lora lora, long seed) {
    Weights start = Students.lively(TINY, seed);
    return learner(lora, start, LearnerState.fresh(lora.fresh(TINY, seed).weights()));
  }

  @Test
  void aFreshAdapterChangesNoLogit() {
    Weights start = Students.lively(TINY, 1);
    Adapter fresh = ALL.fresh(TINY, 1);
    assertThat(fresh.merged(TINY, start).hash()).isEqualTo(start.hash());
    try (LogProbs base = new LogProbs(TINY, start);
        LogProbs adapted = new LogProbs(TINY, start, fresh)) {
      assertThat(adapted.logits(IDS)).isDeepEqualTo(base.logits(IDS));
    }
  }

  @Test
  void mergedWeightsComputeWhatBaseAndAdapterDo() {
    for (StudentConfig config : List.of(TINY, Students.windowed(3))) {
      Weights start = Students.lively(config, 2);
      Adapter adapter = learnt(ALL, config);
      try (LogProbs base = new LogProbs(config, start);
          LogProbs merged = new LogProbs(config, adapter.merged(config, start));
          LogProbs adapted = new LogProbs(config, start, adapter)) {
        float[][] expected = merged.logits(IDS);
        float[][] actual = adapted.logits(IDS);
        for (int at = 0; at < IDS.length; at++) {
          assertThat(actual[at]).containsExactly(expected[at], within(1e-5f));
        }
        assertThat(Math.abs(base.logits(IDS)[3][4] - actual[3][4])).isGreaterThan(1e-2f);
      }
    }
  }

  @Test
  void gradientsEqualDifferences() {
    for (StudentConfig config : List.of(TINY, Students.windowed(3))) {
      Weights start = Students.lively(config, 3);
      Adapter adapter = learnt(ALL, config);
      List<Example> batch = Students.examples(3, 5);
      Random random = new Random(1);
      try (Ops ops = new Ops();
          Trainee learner =
              Trainee.of(
                  config,
                  start,
                  Optional.of(ALL),
                  LearnerState.fresh(adapter.weights()),
                  start,
                  Students.QUICK,
                  DataType.FLOAT64)) {
        learner
            .learner()
            .backward(
                batch,
                (rows, logProbs) -> new SequenceLoss.Part(0, LearnerTest.filled(rows.length, 1)));
        Weights gradients = learner.learner().gradients();
        assertThat(gradients.names()).isEqualTo(adapter.weights().names()).hasSize(28);
        for (String name : gradients.names()) {
          for (int probe = 0; probe < 3; probe++) {
            int at = random.nextInt(gradients.get(name).values().length);
            double slope =
                Slope.at(adapter.weights(), name, at, moved -> sum(ops, config, start, moved));
            double gradient = gradients.get(name).values()[at];
            assertThat(slope)
                .as(name + " at " + at)
                .isCloseTo(gradient, within(2e-3 * Math.max(1, Math.abs(gradient))));
          }
        }
      }
    }
  }

  @Test
  void onlyTheAdapterLearns() {
    Weights start = Students.lively(TINY, 4);
    Adapter fresh = QV.fresh(TINY, 4);
    try (Trainee learner = learner(QV, start, LearnerState.fresh(fresh.weights()))) {
      learner.sft(Students.examples(6, 4));
      learner.sft(Students.examples(6, 5));
      Adapter after = learner.adapter().orElseThrow();
      for (String name : fresh.weights().names()) {
        assertThat(after.weights().get(name).values())
            .as(name)
            .isNotEqualTo(fresh.weights().get(name).values());
      }
      Weights merged = learner.weights();
      for (String name : start.names()) {
        boolean target = name.contains("q_proj") || name.contains("v_proj");
        boolean moved = !Arrays.equals(start.get(name).values(), merged.get(name).values());
        assertThat(moved).as(name).isEqualTo(target);
      }
    }
  }

  @Test
  void theReferenceIsThePolicyWithItsAdapterOff() {
    List<UnpairedExample> batch = Students.labelled(6, 5);
    try (Trainee learner = learner(ALL, 5)) {
      StepResult first = learner.kto(batch, KTO);
      // Equal but for the rounding of floats: the reference computes a prompt once for its ways.
      assertThat(first.loss()).isCloseTo(0.5, within(1e-6));
      assertThat(first.kl().orElseThrow()).isCloseTo(0, within(1e-5));
      assertThat(first.rewardChosen().orElseThrow()).isCloseTo(0, within(1e-6));
      StepResult last = first;
      for (int step = 0; step < 40; step++) {
        last = learner.kto(batch, KTO);
      }
      assertThat(last.loss()).isLessThan(0.45);
      assertThat(last.rewardChosen().orElseThrow())
          .isGreaterThan(last.rewardRejected().orElseThrow() + 0.2);
      assertThat(learner.reference().isCopy()).isFalse();
    }
  }

  @Test
  void anotherReferenceIsComparedWithAllTheSame() {
    Weights start = Students.lively(TINY, 6);
    Weights other = Students.lively(TINY, 7);
    LearnerState state = LearnerState.fresh(QV.fresh(TINY, 6).weights());
    List<PreferenceExample> batch = Students.pairs(4, 6);
    Optional<Lora> lora = Optional.of(QV);
    try (Trainee adapting = Trainee.of(TINY, start, lora, state, other, Students.QUICK);
        Trainee full = Trainee.of(TINY, start, other, Students.QUICK)) {
      ObjectiveSpec.Dpo settings = Students.dpo(0.1);
      double loss = adapting.dpo(batch, settings).loss();
      assertThat(loss).isEqualTo(full.dpo(batch, settings).loss()).isNotEqualTo(Math.log(2));
      assertThat(adapting.reference().isCopy()).isTrue();
    }
  }

  @Test
  void learnsOneBatchByHeart() {
    List<Example> batch = Students.examples(4, 1);
    Lora lora = new Lora(8, 16, Set.copyOf(Lora.PROJECTIONS));
    LearnerState fresh = LearnerState.fresh(lora.fresh(TINY, 1).weights());
    try (Trainee learner = learner(lora, certain(Students.lively(TINY, 1)), fresh)) {
      double first = learner.sft(batch).loss();
      double last = first;
      for (int step = 0; step < 200; step++) {
        last = learner.sft(batch).loss();
      }
      assertThat(first).isGreaterThan(2);
      assertThat(last).isLessThan(0.05);
      try (Sampler sampler = new Sampler(TINY, learner.weights())) {
        GenerationRequest question = new GenerationRequest(batch.get(0).prompt(), 1, 0, 1, 0, 20);
        int[] said = sampler.generate(List.of(question)).get(0).completions().get(0);
        int[] taught = batch.get(0).completion();
        assertThat(said).isEqualTo(Arrays.copyOf(taught, taught.length - 1));
      }
    }
  }

  @Test
  void aResumedLearnerEndsWithTheSameBits(@TempDir Path folder) {
    Weights start = Students.lively(TINY, 9);
    LearnerState fresh = LearnerState.fresh(QV.fresh(TINY, 9).weights());
    LearnerState uninterrupted;
    String merged;
    try (Trainee learner = learner(QV, start, fresh)) {
      steps(learner, 0, 12);
      uninterrupted = learner.state();
      merged = learner.weights().hash();
    }
    Path file = folder.resolve("state.safetensors");
    try (Trainee learner = learner(QV, start, fresh)) {
      steps(learner, 0, 5);
      learner.state().write(file);
    }
    try (Trainee learner = learner(QV, start, LearnerState.read(file))) {
      steps(learner, 5, 12);
      LearnerState resumed = learner.state();
      assertThat(resumed.weights().hash()).isEqualTo(uninterrupted.weights().hash());
      assertThat(resumed.m().hash()).isEqualTo(uninterrupted.m().hash());
      assertThat(resumed.v().hash()).isEqualTo(uninterrupted.v().hash());
      assertThat(resumed.step()).isEqualTo(12);
      assertThat(learner.weights().hash()).isEqualTo(merged);
    }
  }

  private static void steps(Trainee learner, int from, int to) {
    for (int step = from; step < to; step++) {
      switch (step % 3) {
        case 0 -> learner.sft(Students.examples(6, step));
        case 1 -> learner.kto(Students.labelled(6, step), KTO);
        default -> learner.dpo(Students.pairs(3, step), Students.dpo(0.1));
      }
    }
  }

  /** Frozen random weights with a final norm of 1 can give no token much more than a third. */
  private static Weights certain(Weights weights) {
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    weights.names().forEach(name -> tensors.put(name, weights.get(name)));
    float[] norm = new float[TINY.hidden()];
    Arrays.fill(norm, 8);
    tensors.put("model.norm.weight", new Weights.Tensor(new int[] {TINY.hidden()}, norm));
    return new Weights(tensors);
  }

  /** An adapter whose B is not zero any more. */
  private static Adapter learnt(Lora lora, StudentConfig config) {
    Weights fresh = lora.fresh(config, 1).weights();
    Random random = new Random(3);
    Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
    for (String name : fresh.names()) {
      float[] values = fresh.get(name).values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.05f * (float) random.nextGaussian();
      }
      tensors.put(name, new Weights.Tensor(fresh.get(name).shape(), values));
    }
    return new Adapter(lora, new Weights(tensors));
  }

  private static double sum(Ops ops, StudentConfig config, Weights start, Weights matrices) {
    Network frozen = new Network(config, start, DataType.FLOAT64, false);
    try (Network network = new Network(frozen, new Adapter(ALL, matrices), false)) {
      return Slope.sum(ops, network, Students.examples(3, 5));
    }
  }
}
